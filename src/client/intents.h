#pragma once

#include "base/ids.h"
#include "base/secret.h"

#include <QStringList>

namespace switchyard::client {

//! What somebody means by a line of plain words. The window's command field, `swy ask` and chats share it.
struct Intent {
    enum class Kind {
        Nothing,  //!< an empty line
        Start,    //!< a goal: `text`, and `verbosity` where it was said
        Overview, //!< how everything is going
        Progress, //!< how `task` is going; null: the one at work
        Cancel,   //!< `task`; null: the one at work
        Pause,
        Resume,
        Retry,
        Tell,  //!< `text` to the agent of `task`
        Allow, //!< `code` for the command that waits
        Deny   //!< refuse the command that waits
    };
    Kind kind = Kind::Nothing;
    TaskId task = {};
    QString text = {};
    QString verbosity = {}; //!< "detailed", "minimal" or empty
    Secret code = {};
};

//! Only whole sentences that can hardly be meant as a goal are taken for something else: “stop the server when the
//! tests fail” starts a task. A bare number is a code only while a command waits for one.
Intent parseIntent(const QString& line, bool commandWaits);

} // namespace switchyard::client
