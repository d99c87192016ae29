#pragma once

#include "gate/walker.h"

#include <QJsonObject>

//! What single commands of shfmt's tree mean for those around them.
namespace switchyard::gate {

inline QJsonObject object(const QJsonObject& node, QLatin1StringView key)
{
    return node.value(key).toObject();
}

//! Operators by the text they stand for: their numbers differ between versions of the parser. Empty: not known.
QString operatorAt(const QJsonObject& node, const SourceMap& source);
//! What a command reads that has `statement` before its pipe: `echo text |` and `cat <<E |` are literal; everything
//! else is something that only a run would show.
Input pipedFrom(const QJsonObject& statement, const SourceMap& source);
//! Notes which variables of the script get a value from it that cannot be read here.
void noteVariables(const Invocation& invocation, Script& script);
//! Where the commands after it run.
QString folderAfter(const Invocation& invocation, const QString& folder);

} // namespace switchyard::gate
