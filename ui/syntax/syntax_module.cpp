// KSyntaxHighlighting behind the window's own interface (ui/theme/syntax_library.h).

#include "ui/theme/syntax_library.h"

#include <KSyntaxHighlighting/AbstractHighlighter>
#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/Format>
#include <KSyntaxHighlighting/Repository>
#include <KSyntaxHighlighting/State>
#include <KSyntaxHighlighting/Theme>

#include <QTextCharFormat>

#include <utility>

namespace switchyard::ui {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype longestLine = 2000;

class Painter : public LinePainter, private KSyntaxHighlighting::AbstractHighlighter
{
public:
    Painter(const KSyntaxHighlighting::Definition& definition, const KSyntaxHighlighting::Theme& theme)
    {
        setDefinition(definition);
        setTheme(theme);
    }

    QList<QTextLayout::FormatRange> paint(const QString& line, SyntaxState& state, int offset) override
    {
        m_ranges.clear();
        m_offset = offset;
        if (line.size() <= longestLine) {
            const auto* const before = static_cast<const KSyntaxHighlighting::State*>(state.after.get());
            auto after = highlightLine(line, before ? *before : KSyntaxHighlighting::State());
            if (!before || !(after == *before))
                state.after = std::make_shared<const KSyntaxHighlighting::State>(std::move(after));
        }
        return std::exchange(m_ranges, {});
    }

private:
    void applyFormat(int offset, int length, const KSyntaxHighlighting::Format& format) override
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

    QList<QTextLayout::FormatRange> m_ranges;
    int m_offset = 0;
};

class Catalogue : public SyntaxLibrary
{
public:
    QString forFile(const QString& fileName) override { return m_repository.definitionForFileName(fileName).name(); }

    QString named(const QString& name) override
    {
        if (const auto exact = m_repository.definitionForName(name); exact.isValid())
            return exact.name();
        // "py", "sh", "ts": what people write behind a fence are mostly file extensions
        return forFile(u"x."_s + name.toLower());
    }

    std::unique_ptr<LinePainter> painter(const QString& definition, bool dark) override
    {
        const auto found = m_repository.definitionForName(definition);
        if (definition.isEmpty() || !found.isValid())
            return nullptr;
        return std::make_unique<Painter>(found,
                                         m_repository.defaultTheme(dark ? KSyntaxHighlighting::Repository::DarkTheme
                                                                        : KSyntaxHighlighting::Repository::LightTheme));
    }

private:
    KSyntaxHighlighting::Repository m_repository;
};

} // namespace

} // namespace switchyard::ui

extern "C" Q_DECL_EXPORT switchyard::ui::SyntaxLibrary* switchyard_syntax_library_1()
{
    return new switchyard::ui::Catalogue; // for as long as the program lives
}
