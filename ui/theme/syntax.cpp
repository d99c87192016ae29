#include "ui/theme/syntax.h"

#include <KSyntaxHighlighting/Format>
#include <KSyntaxHighlighting/Repository>

#include <utility>

namespace switchyard::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestLine = 2000;

KSyntaxHighlighting::Repository& repository()
{
    static KSyntaxHighlighting::Repository catalogue;
    return catalogue;
}

} // namespace

KSyntaxHighlighting::Definition syntaxForFile(const QString& fileName)
{
    return repository().definitionForFileName(fileName);
}

KSyntaxHighlighting::Definition syntaxNamed(const QString& name)
{
    if (const auto exact = repository().definitionForName(name); exact.isValid())
        return exact;
    // "py", "sh", "ts": what people write behind a fence are mostly file extensions
    return repository().definitionForFileName(u"x."_s + name.toLower());
}

SyntaxPainter::SyntaxPainter(const KSyntaxHighlighting::Definition& definition, bool dark)
{
    setDefinition(definition);
    setTheme(repository().defaultTheme(dark ? KSyntaxHighlighting::Repository::DarkTheme
                                            : KSyntaxHighlighting::Repository::LightTheme));
}

QList<QTextLayout::FormatRange> SyntaxPainter::paint(const QString& line, KSyntaxHighlighting::State& state, int offset)
{
    m_ranges.clear();
    m_offset = offset;
    if (line.size() <= longestLine)
        state = highlightLine(line, state);
    return std::exchange(m_ranges, {});
}

void SyntaxPainter::applyFormat(int offset, int length, const KSyntaxHighlighting::Format& format)
{
    if (length <= 0 || format.isDefaultTextStyle(theme()))
        return;
    QTextCharFormat text;
    if (format.hasTextColor(theme()))
        text.setForeground(format.textColor(theme()));
    if (format.isBold(theme()))
        text.setFontWeight(QFont::DemiBold);
    if (format.isItalic(theme()))
        text.setFontItalic(true);
    if (format.isUnderline(theme()))
        text.setFontUnderline(true);
    m_ranges << QTextLayout::FormatRange{m_offset + offset, length, text};
}

} // namespace switchyard::ui
