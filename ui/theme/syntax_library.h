#pragma once

#include "ui/theme/syntax.h"

namespace switchyard::ui {

//! What stands between the window and the module that holds KSyntaxHighlighting (ui/syntax), which is loaded late.

class LinePainter
{
public:
    virtual ~LinePainter() = default;
    virtual QList<QTextLayout::FormatRange> paint(const QString& line, SyntaxState& state, int offset) = 0;
};

//! An unchanging catalogue, read when it is made. Lives as long as the program.
class SyntaxLibrary
{
public:
    virtual ~SyntaxLibrary() = default;
    virtual QString forFile(const QString& fileName) = 0; //!< a definition's name, or empty
    virtual QString named(const QString& name) = 0;       //!< the same
    virtual std::unique_ptr<LinePainter> painter(const QString& definition, bool dark) = 0; //!< null for unknown ones
};

//! The module's one exported function, and its name.
using MakeSyntaxLibrary = SyntaxLibrary* (*)();
inline constexpr auto makeSyntaxLibrary = "switchyard_syntax_library_1";

} // namespace switchyard::ui
