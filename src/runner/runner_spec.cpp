#include "runner/runner_spec.h"

#include "base/json.h"

namespace switchyard::runner {

Result<RunnerSpec> RunnerSpec::fromJson(const QJsonObject& json)
{
    constexpr int newestVersion = 1;
    JsonReader reader(json, u"spec.json"_s);
    RunnerSpec result;
    if (reader.integer("v"_L1) > newestVersion)
        reader.reject("v"_L1, u"it was written by a newer Switchyard"_s);
    result.attempt = int(reader.integer("attempt"_L1));
    result.resumeSession = reader.text("resume_session"_L1, QString());
    result.ownFiles = reader.boolean("own_files"_L1, false);
    result.group = reader.text("group"_L1, QString());
    result.trusted = reader.boolean("trusted"_L1, false);
    SY_TRY(reader.finish());
    SY_TRY_ASSIGN(result.task, TaskSpec::fromJson(reader.object("spec"_L1)));
    SY_TRY(result.task.validate());
    if (result.task.id.isNull() || result.attempt < 1)
        return fail(ErrorCode::Invalid, u"spec.json names no task or no attempt."_s);
    return result;
}

} // namespace switchyard::runner
