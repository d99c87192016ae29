#pragma once

#include <KSyntaxHighlighting/AbstractHighlighter>
#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/State>
#include <KSyntaxHighlighting/Theme>
#include <QList>

#include <QTextLayout>

namespace switchyard::ui {

//! The syntax definitions and themes installed with KSyntaxHighlighting: an unchanging catalogue, read at its first use
//! (some 10 ms). For the window's thread only.
KSyntaxHighlighting::Definition syntaxForFile(const QString& fileName); //!< not valid if none fits
KSyntaxHighlighting::Definition syntaxNamed(const QString& name);       //!< "Bash", "python", … without regard to case

//! Highlights line by line; the state between lines is the caller's, so that any line can be the next.
class SyntaxPainter : private KSyntaxHighlighting::AbstractHighlighter
{
public:
    SyntaxPainter(const KSyntaxHighlighting::Definition& definition, bool dark);
    //! Formats for one line (without its end), shifted by `offset`; moves `state` to the line's end. Lines of more than
    //! 2,000 characters are left plain.
    QList<QTextLayout::FormatRange> paint(const QString& line, KSyntaxHighlighting::State& state, int offset = 0);

private:
    void applyFormat(int offset, int length, const KSyntaxHighlighting::Format& format) override;
    QList<QTextLayout::FormatRange> m_ranges;
    int m_offset = 0;
};

} // namespace switchyard::ui
