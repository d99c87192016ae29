#pragma once

#include "gate/syntax.h"

namespace switchyard::gate {

enum class PathClass {
    Null,        //!< /dev/null, /dev/stdout, a descriptor
    Worktree,    //!< in the task's folder
    Temporary,   //!< /tmp and the like
    Unknown,     //!< only the running shell knows
    Outside,     //!< an ordinary place outside the task's folder
    HomeSetting, //!< dot files of the home, where programs start from
    GitInternal, //!< hooks, configuration and objects of a repository
    System,      //!< /etc, /usr, /proc…
    Device,      //!< a disk
    Network,     //!< /dev/tcp/host/port
    Switchyard,  //!< our own code, database and sockets
};

//! By its text alone, links not followed. `folder`: where the command runs, as the walker knows it.
PathClass classifyPath(const Word& path, const QString& folder, const Context& context);
//! Absolute, or relative to the start, with . and .. resolved; "~" first if in the home.
QString normalisePath(const Word& path, const QString& folder, const Context& context);
//! "a system file", for reasons.
QString describePath(PathClass pathClass);

} // namespace switchyard::gate
