#pragma once

namespace switchyard::ui {

//! Lets assistive technology read the log: installs, once, an accessible interface for LogCanvas that tells the visible
//! lines as read-only text with its caret and selection.
void installLogAccessibility();

} // namespace switchyard::ui
