#pragma once

#include <QTextLayout>

class QTextDocument;

namespace switchyard::ui {

//! Highlighting by KSyntaxHighlighting, as formats to lay over plain text. `language` is a definition's name ("Bash")
//! or a file's name or extension; unknown ones give nothing. `dark` chooses the theme. GUI thread only.
QList<QTextLayout::FormatRange> highlightCode(const QString& text, const QString& language, bool dark);
//! Highlights the fenced code blocks of a document made by setMarkdown().
void highlightCodeBlocks(QTextDocument& document, bool dark);

} // namespace switchyard::ui
