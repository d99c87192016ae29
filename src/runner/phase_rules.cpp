#include "runner/phase_rules.h"

#include "base/json.h"

#include <QFile>

#include <algorithm>

static void initProgressRules()
{
    Q_INIT_RESOURCE(progress_rules);
}

namespace switchyard::runner {

namespace {

QByteArray resource(const QString& name)
{
    initProgressRules();
    QFile file(u":/progress/"_s + name);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s is missing from this program", qUtf8Printable(name));
    return file.readAll();
}

std::optional<TaskPhase> phaseOf(JsonReader& reader, QLatin1StringView key)
{
    const auto name = reader.text(key, QString());
    if (name.isEmpty())
        return {};
    const auto phase = phaseFromName(name);
    if (!phase) {
        reader.reject(key, phase.error().message);
        return {};
    }
    return *phase;
}

QRegularExpression patternOf(JsonReader& reader, QRegularExpression::PatternOptions options)
{
    QRegularExpression pattern(reader.text("pattern"_L1), options);
    if (!pattern.isValid())
        reader.reject("pattern"_L1, pattern.errorString());
    pattern.optimize();
    return pattern;
}

struct ErrorRule {
    QString category;
    QRegularExpression pattern;
};

Result<QList<ErrorRule>> parseErrors(const QByteArray& json)
{
    SY_TRY_ASSIGN(const auto object, parseObject(json, u"tool-errors.json"_s));
    QList<ErrorRule> rules;
    for (const auto& entry : object[u"errors"].toArray()) {
        JsonReader reader(entry.toObject(), u"tool-errors.json"_s);
        ErrorRule rule{reader.text("category"_L1), patternOf(reader, QRegularExpression::CaseInsensitiveOption |
                                                                         QRegularExpression::MultilineOption)};
        SY_TRY(reader.finish());
        rules << rule;
    }
    return rules;
}

} // namespace

Result<PhaseRules> PhaseRules::parse(const QByteArray& json)
{
    SY_TRY_ASSIGN(const auto object, parseObject(json, u"phases.json"_s));
    PhaseRules rules;
    for (const auto& entry : object[u"commands"].toArray()) {
        JsonReader reader(entry.toObject(), u"phases.json: commands"_s);
        CommandRule rule;
        rule.kind = reader.text("is"_L1);
        rule.pattern = patternOf(reader, QRegularExpression::NoPatternOption);
        rule.phase = phaseOf(reader, "phase"_L1);
        rule.afterFailure = phaseOf(reader, "after_failure"_L1);
        rule.says = reader.text("says"_L1);
        rule.passed = reader.text("passed"_L1, QString());
        rule.failed = reader.text("failed"_L1, QString());
        SY_TRY(reader.finish());
        rules.commands << rule;
    }
    const auto tools = object[u"tools"].toObject();
    for (auto tool = tools.begin(); tool != tools.end(); ++tool) {
        SY_TRY_ASSIGN(const auto phase, phaseFromName(tool.value()[u"phase"].toString()));
        rules.tools.insert(tool.key(), phase);
    }
    const auto floors = object[u"floors"].toObject();
    for (auto floor = floors.begin(); floor != floors.end(); ++floor) {
        SY_TRY_ASSIGN(const auto phase, phaseFromName(floor.key()));
        rules.floors.insert(phase, std::clamp(floor->toInt(), 0, 99));
    }
    rules.ceiling = std::clamp(object[u"ceiling"].toInt(rules.ceiling), 1, 99);
    rules.planFrom = object[u"plan"][u"from"].toInt(rules.planFrom);
    rules.planTo = object[u"plan"][u"to"].toInt(rules.planTo);
    if (rules.planFrom < 0 || rules.planTo < rules.planFrom || rules.planTo > rules.ceiling)
        return fail(ErrorCode::Invalid, u"phases.json: plan: 0 ≤ from ≤ to ≤ ceiling was expected."_s);
    return rules;
}

const PhaseRules& PhaseRules::builtIn()
{
    static const PhaseRules rules = [] {
        auto parsed = parse(resource(u"phases.json"_s));
        if (!parsed)
            qFatal("%s", qUtf8Printable(describe(parsed.error())));
        return std::move(*parsed);
    }();
    return rules;
}

const PhaseRules::CommandRule* PhaseRules::ruleFor(const QString& command) const
{
    const auto rule =
        std::ranges::find_if(commands, [&](const auto& entry) { return entry.pattern.match(command).hasMatch(); });
    return rule == commands.end() ? nullptr : &*rule;
}

QString toolErrorCategory(const QString& words, bool isCommand)
{
    static const QList<ErrorRule> rules = [] {
        auto parsed = parseErrors(resource(u"tool-errors.json"_s));
        if (!parsed)
            qFatal("%s", qUtf8Printable(describe(parsed.error())));
        return std::move(*parsed);
    }();
    for (const auto& rule : rules) {
        if (rule.pattern.match(words).hasMatch())
            return rule.category;
    }
    return isCommand ? u"command_failed"_s : u"other"_s;
}

} // namespace switchyard::runner
