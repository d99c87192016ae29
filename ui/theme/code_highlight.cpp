#include "ui/theme/code_highlight.h"

#include "ui/theme/syntax.h"

#include <QTextBlock>
#include <QTextDocument>

#include <memory>

namespace switchyard::ui {

using namespace Qt::StringLiterals;

namespace {

QString definitionFor(const QString& language)
{
    if (language.isEmpty())
        return {};
    if (auto named = syntaxNamed(language); !named.isEmpty())
        return named;
    return syntaxForFile(language);
}

//! One text from its first line to its last.
struct Painting {
    Painting(const QString& definition, bool dark) : painter(definition, dark) {}
    SyntaxPainter painter;
    SyntaxState state;
};

} // namespace

QList<QTextLayout::FormatRange> highlightCode(const QString& text, const QString& language, bool dark)
{
    const auto definition = definitionFor(language);
    if (definition.isEmpty())
        return {};
    Painting painting(definition, dark);
    QList<QTextLayout::FormatRange> all;
    qsizetype start = 0;
    for (const auto& line : text.split(u'\n')) {
        all << painting.painter.paint(line, painting.state, int(start));
        start += line.size() + 1;
    }
    return all;
}

void highlightCodeBlocks(QTextDocument& document, bool dark)
{
    std::unique_ptr<Painting> painting;
    QString language;
    for (auto block = document.begin(); block.isValid(); block = block.next()) {
        const auto format = block.blockFormat();
        const auto now = format.hasProperty(QTextFormat::BlockCodeFence)
                             ? format.stringProperty(QTextFormat::BlockCodeLanguage)
                             : QString();
        if (now.isEmpty()) {
            painting.reset();
            language.clear();
            continue;
        }
        if (now != language) {
            const auto definition = definitionFor(now);
            painting.reset();
            if (!definition.isEmpty())
                painting = std::make_unique<Painting>(definition, dark);
            language = now;
        }
        if (painting)
            block.layout()->setFormats(painting->painter.paint(block.text(), painting->state));
    }
}

} // namespace switchyard::ui
