#pragma once

#include <QProcessEnvironment>

namespace switchyard::process {

//! What a child of ours gets to see: an allow-list (PATH, HOME, USER, LOGNAME, SHELL, LANG, LC_*, TZ, TERM, TMPDIR,
//! XDG_* but the runtime folder, proxies, and toolchain variables), never BASH_ENV, ENV, IFS, LD_*, BASH_FUNC_*,
//! DBUS_*, or our own SWITCHYARD_* ones. Adds PYTHONUNBUFFERED=1, so that output streams, and GIT_TERMINAL_PROMPT=0.
QProcessEnvironment childEnvironment(const QProcessEnvironment& ours = QProcessEnvironment::systemEnvironment());

} // namespace switchyard::process
