#pragma once

#include "gate/words.h"

#include <QSet>

namespace switchyard::gate {

//! Where a script starts: what the one around it passes on.
struct Start {
    QString folder;
    Input input;
};

//! What a script would run, in the order of its text.
struct Script {
    QList<Invocation> invocations;
    QList<Finding> findings;               //!< about its shape: an unknown construct, a fork bomb
    QSet<QString> functions;               //!< names it defines
    QHash<QString, QList<Word>> variables; //!< literal and other values it gives to its variables
    QSet<QString> blurred;                 //!< variables that get values nobody can read here
    bool straight = true;                  //!< one command after the other: no pipe, loop, function, background
    bool blursAll = false;                 //!< something may set any variable: eval, source, declare -n…
    QList<Span> hereDocuments;             //!< bodies, as the tree has them
};

constexpr int mostInvocations = 200;

//! Walks shfmt's tree of `text`. Fails closed: what it does not know is a finding.
Script walk(const QJsonObject& tree, const QString& text, const Start& start);

} // namespace switchyard::gate
