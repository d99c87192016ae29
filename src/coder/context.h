#pragma once

#include "llm/message.h"

namespace switchyard::coder {

//! What was done to make a conversation fit.
struct Trimmed {
    int shortened = 0; //!< old tool results and arguments
    int dropped = 0;   //!< whole messages
    bool any() const { return shortened + dropped > 0; }
};

//! Makes the conversation weigh at most `target` characters, if it weighs more than `limit`: old tool results are
//! shortened first, then old arguments (files written), and at last the oldest exchanges are replaced by one line each
//! of what was done in them. The person's messages and the newest steps are kept. Calls and results stay paired.
Trimmed fitContext(QList<llm::Message>& messages, qint64 limit, qint64 target);

} // namespace switchyard::coder
