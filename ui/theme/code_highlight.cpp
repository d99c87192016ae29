#include "ui/theme/code_highlight.h"

#include "base/result.h"

#include <KSyntaxHighlighting/AbstractHighlighter>
#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/Format>
#include <KSyntaxHighlighting/Repository>
#include <KSyntaxHighlighting/State>
#include <KSyntaxHighlighting/Theme>

#include <QTextBlock>
#include <QTextDocument>

namespace switchyard::ui {

namespace {

KSyntaxHighlighting::Repository& repository()
{
    static KSyntaxHighlighting::Repository all; // reading the definitions takes a while: once, when first needed
    return all;
}

class Collector : public KSyntaxHighlighting::AbstractHighlighter
{
public:
    Collector(const KSyntaxHighlighting::Definition& definition, bool dark)
    {
        setDefinition(definition);
        setTheme(repository().defaultTheme(dark ? KSyntaxHighlighting::Repository::DarkTheme
                                                : KSyntaxHighlighting::Repository::LightTheme));
    }
    QList<QTextLayout::FormatRange> line(const QString& text)
    {
        m_ranges.clear();
        m_state = highlightLine(text, m_state);
        return std::exchange(m_ranges, {});
    }

protected:
    void applyFormat(int offset, int length, const KSyntaxHighlighting::Format& format) override
    {
        if (length == 0 || format.isDefaultTextStyle(theme()))
            return;
        QTextCharFormat out;
        if (format.hasTextColor(theme()))
            out.setForeground(format.textColor(theme()));
        if (format.isBold(theme()))
            out.setFontWeight(QFont::DemiBold);
        if (format.isItalic(theme()))
            out.setFontItalic(true);
        m_ranges << QTextLayout::FormatRange{offset, length, out};
    }

private:
    KSyntaxHighlighting::State m_state;
    QList<QTextLayout::FormatRange> m_ranges;
};

KSyntaxHighlighting::Definition definitionFor(const QString& language)
{
    if (language.isEmpty())
        return {};
    if (const auto byName = repository().definitionForName(language); byName.isValid())
        return byName;
    return repository().definitionForFileName(language.contains(u'.') ? language : u"x."_s + language);
}

} // namespace

QList<QTextLayout::FormatRange> highlightCode(const QString& text, const QString& language, bool dark)
{
    const auto definition = definitionFor(language);
    if (!definition.isValid())
        return {};
    Collector collector(definition, dark);
    QList<QTextLayout::FormatRange> all;
    qsizetype start = 0;
    for (const auto& line : text.split(u'\n')) {
        for (auto range : collector.line(line)) {
            range.start += int(start);
            all << range;
        }
        start += line.size() + 1;
    }
    return all;
}

void highlightCodeBlocks(QTextDocument& document, bool dark)
{
    std::unique_ptr<Collector> collector;
    QString language;
    for (auto block = document.begin(); block.isValid(); block = block.next()) {
        const auto format = block.blockFormat();
        const auto now = format.hasProperty(QTextFormat::BlockCodeFence)
                             ? format.stringProperty(QTextFormat::BlockCodeLanguage)
                             : QString();
        if (now.isEmpty()) {
            collector.reset();
            language.clear();
            continue;
        }
        if (now != language) {
            const auto definition = definitionFor(now);
            collector = definition.isValid() ? std::make_unique<Collector>(definition, dark) : nullptr;
            language = now;
        }
        if (collector)
            block.layout()->setFormats(collector->line(block.text()));
    }
}

} // namespace switchyard::ui
