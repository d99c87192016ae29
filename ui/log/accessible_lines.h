#pragma once

#include <QString>

namespace switchyard::ui {

//! A view that paints its own lines implements this, so that assistive technology can read them.
class ReadableLines
{
public:
    virtual ~ReadableLines() = default;
    virtual QString visibleText() const = 0; //!< the lines on the screen
    virtual int visibleCaret() const = 0;    //!< position in it; 0 when the caret is elsewhere
};

//! Gives every widget that is a ReadableLines an accessible interface: read-only text. To be called before the first of
//! them is shown; more than once does no harm.
void installAccessibleLines();

} // namespace switchyard::ui
