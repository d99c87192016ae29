#pragma once

#include <QList>
#include <QString>
#include <QTextLayout>

#include <memory>

namespace switchyard::ui {

class LinePainter;

//! Where one line of a text leaves the next: in a comment, a string, … Cheap to copy.
struct SyntaxState {
    std::shared_ptr<const void> after; //!< the highlighter's own; empty at a text's beginning
};

//! Highlighting by KSyntaxHighlighting, loaded with the first line that wants it: the library and its catalogue of
//! languages and themes take longer than the window's start may. Where it is missing nothing is highlighted.
//! For the window's thread only.
//!
//! The name of the definition for a file, by its name; empty if none fits.
QString syntaxForFile(const QString& fileName);
//! … for "Bash", "python", "py": what people write behind a fence, without regard to case.
QString syntaxNamed(const QString& name);

//! Highlights line by line; the state between lines is the caller's, so that any line can be the next.
class SyntaxPainter
{
public:
    //! `definition` as the functions above name it; others leave everything plain.
    SyntaxPainter(const QString& definition, bool dark);
    ~SyntaxPainter();
    //! Formats for one line (without its end), shifted by `offset`; moves `state` to the line's end. Lines of more than
    //! 2,000 characters are left plain.
    QList<QTextLayout::FormatRange> paint(const QString& line, SyntaxState& state, int offset = 0);

private:
    std::unique_ptr<LinePainter> m_painter; //!< null without the library
};

} // namespace switchyard::ui
