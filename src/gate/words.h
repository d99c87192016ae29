#pragma once

#include "gate/syntax.h"

//! Turns words of shfmt's tree into what bash would make of them, as far as that is known without running.
namespace switchyard::gate {

//! Byte offsets of the parser to positions in the text.
class SourceMap
{
public:
    explicit SourceMap(const QString& text);
    Span span(const QJsonObject& node) const;
    qsizetype position(qint64 byte) const;
    const QString& text() const { return m_text; }

private:
    QString m_text;
    QList<qsizetype> m_positions; // empty while the text is plain ASCII
};

//! Unquotes and expands braces: one word of the tree may be several. Always at least one.
QList<Word> readWord(const QJsonObject& word, const SourceMap& source);
//! The same without brace expansion, as in assignments, redirections and here-document bodies.
Word readPlainWord(const QJsonObject& word, const SourceMap& source, bool hereDocument = false);
//! The bytes behind $'…'.
QString decodeAnsiC(QStringView raw);
//! Splits a plain simple command ("git push 'a b'"): no operators, no expansions. Nothing if it is more than that.
std::optional<QList<Word>> splitPlain(const QString& text);
//! Puts words together so that a shell reads the same words back; unknown pieces stay `hole`.
QString quoteForShell(const QList<Word>& words);

} // namespace switchyard::gate
