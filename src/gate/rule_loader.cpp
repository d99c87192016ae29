#include "gate/rules.h"

#include "base/json.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>

// Resources of a static library have to be asked for by name, outside of every namespace.
static void initialiseRules()
{
    Q_INIT_RESOURCE(gate_rules);
}

namespace switchyard::gate {

namespace {
WrapperSpec readWrapper(JsonReader json)
{
    WrapperSpec spec;
    spec.sub = json.texts("sub"_L1);
    spec.unlessSub = json.texts("unless_sub"_L1);
    spec.unlessFlags = json.texts("unless_flags"_L1);
    spec.loose = json.boolean("loose"_L1, false);
    spec.valueFlags = json.texts("value_flags"_L1);
    spec.scriptFlags = json.texts("script_flags"_L1);
    spec.argvFlags = json.texts("argv_flags"_L1);
    spec.skip = int(json.integer("skip"_L1, 0));
    spec.assignments = json.boolean("assignments"_L1, false);
    spec.joins = json.boolean("joins"_L1, false);
    spec.eachIsScript = json.boolean("each_is_script"_L1, false);
    spec.afterDashes = json.boolean("after_dashes"_L1, false);
    spec.readsInput = json.boolean("reads_input"_L1, false);
    spec.options = json.boolean("options"_L1, true);
    spec.longSingleDash = json.boolean("long_single_dash"_L1, false);
    return spec;
}

InterpreterSpec readInterpreter(JsonReader json)
{
    InterpreterSpec spec;
    spec.codeFlags = json.texts("code_flags"_L1);
    spec.valueFlags = json.texts("value_flags"_L1);
    spec.quietFlags = json.texts("quiet_flags"_L1);
    spec.inputIsCode = json.boolean("input_is_code"_L1, false);
    spec.codeFrom = int(json.integer("code_from"_L1, -1));
    spec.codeOnce = json.boolean("code_once"_L1, false);
    spec.codeJoined = json.boolean("code_joined"_L1, false);
    spec.codeSub = json.texts("code_sub"_L1);
    spec.literalInputOnly = json.boolean("literal_input_only"_L1, false);
    spec.fileIsCode = json.boolean("file_is_code"_L1, true);
    spec.longSingleDash = json.boolean("long_single_dash"_L1, false);
    spec.language = json.text("language"_L1, QString());
    return spec;
}

WritesSpec readWrites(JsonReader json)
{
    WritesSpec spec;
    const auto positionals = json.text("args"_L1, u"none"_s);
    spec.positionals = positionals == u"all"    ? WritesSpec::Positionals::All
                       : positionals == u"last" ? WritesSpec::Positionals::Last
                                                : WritesSpec::Positionals::None;
    spec.flags = json.texts("flags"_L1);
    spec.onlyWith = json.texts("only_with"_L1);
    spec.prefixes = json.texts("prefixes"_L1);
    spec.downloads = json.boolean("downloads"_L1, false);
    return spec;
}

ProgramTable readTable(JsonReader json)
{
    ProgramTable table;
    table.valueFlags = json.texts("value_flags"_L1);
    table.longSingleDash = json.boolean("long_single_dash"_L1, false);
    table.exact = json.boolean("exact"_L1, false);
    table.known = json.boolean("known"_L1, false);
    table.subCommands = json.texts("subs"_L1);
    const auto more = json.object("sub_value_flags"_L1);
    for (auto sub = more.begin(); sub != more.end(); ++sub)
        for (const auto& flag : sub.value().toArray())
            table.subValueFlags[sub.key()] << flag.toString();
    return table;
}

std::optional<QRegularExpression> readRegex(JsonReader& json, QLatin1StringView key)
{
    const auto text = json.text(key, QString());
    if (text.isEmpty())
        return {};
    QRegularExpression expression(text);
    if (!expression.isValid())
        json.reject(key, expression.errorString());
    expression.optimize();
    return expression;
}

Rule readRule(JsonReader& json)
{
    Rule rule;
    rule.id = json.text("id"_L1);
    rule.programs = json.texts("program"_L1);
    for (const auto& way : json.texts("sub"_L1))
        rule.sub << way.split(u' ');
    rule.unlessSub = json.texts("unless_sub"_L1);
    rule.anyFlag = json.texts("any_flag"_L1);
    rule.allFlag = json.texts("all_flag"_L1);
    rule.unlessFlag = json.texts("unless_flag"_L1);
    rule.anyArg = json.texts("any_arg"_L1);
    rule.unlessArg = json.texts("unless_arg"_L1);
    rule.anyWord = json.texts("any_word"_L1);
    rule.firstWord = json.texts("first_word"_L1);
    const auto values = json.object("flag_value"_L1);
    for (auto flag = values.begin(); flag != values.end(); ++flag)
        for (const auto& value : flag.value().toArray())
            rule.flagValue[flag.key()] << value.toString();
    rule.minArgs = int(json.integer("min_args"_L1, 0));
    rule.maxArgs = int(json.integer("max_args"_L1, 1 << 20));
    rule.argRegex = readRegex(json, "arg_regex"_L1);
    rule.lastArg = json.boolean("last_arg"_L1, false);
    rule.environment = json.texts("env"_L1);
    rule.unlessValue = json.texts("unless_value"_L1);
    rule.anyValue = json.texts("any_value"_L1);
    rule.configKeys = json.texts("config"_L1);
    rule.languages = json.texts("code"_L1);
    rule.code = readRegex(json, "regex"_L1);
    rule.scriptGroup = int(json.integer("script_group"_L1, 0));
    const auto verdict = json.text("verdict"_L1, u"confirm"_s);
    if (verdict != u"safe" && verdict != u"confirm" && verdict != u"deny")
        json.reject("verdict"_L1, u"safe, confirm or deny was expected"_s);
    rule.verdict = verdict == u"safe" ? Verdict::Safe : verdict == u"deny" ? Verdict::Deny : Verdict::Confirm;
    rule.category = json.text("category"_L1, QString());
    rule.severity = json.text("severity"_L1, u"medium"_s);
    rule.reason = json.text("reason"_L1, QString());
    rule.floor = json.boolean("floor"_L1, false);
    rule.unknownOnly = json.boolean("unknown_only"_L1, false);
    rule.match = json.texts("match"_L1);
    rule.notMatch = json.texts("not_match"_L1);
    if (rule.verdict != Verdict::Safe && rule.reason.isEmpty())
        json.reject("reason"_L1, u"a rule that asks must say why"_s);
    return rule;
}

// An allowance of the user's: whole words of one program, and never for what can run anything.
Result<> checkAllowance(const Rule& rule, const QString& where, const RuleBook& book)
{
    static const QStringList never{u"sudo"_s, u"doas"_s,   u"su"_s, u"env"_s,  u"xargs"_s, u"git"_s,
                                   u"eval"_s, u"source"_s, u"."_s,  u"find"_s, u"make"_s};
    for (const auto& program : rule.programs) {
        QString id;
        const auto refused = program.contains(u'*') || program.contains(u'?') || never.contains(program) ||
                             book.interpreter(program) || book.handler(program) == u"shell" ||
                             book.wrapper(program, {}, &id);
        if (refused)
            return fail(ErrorCode::Invalid,
                        u"%1: rule %2: \"%3\" cannot be allowed as a whole."_s.arg(where, rule.id, program),
                        u"Shells, interpreters and programs that run others are judged each time."_s);
    }
    return {};
}
} // namespace

Result<std::shared_ptr<RuleBook>> RuleBook::builtIn()
{
    initialiseRules();
    auto book = std::make_shared<RuleBook>();
    const QDir folder(u":/switchyard/rules"_s);
    const auto files = folder.entryList({u"*.json"_s}, QDir::Files, QDir::Name);
    for (const auto& name : files) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            return fail(ErrorCode::Internal, u"The built-in rules %1 cannot be read."_s.arg(name));
        SY_TRY(book->add(file.readAll(), name, false));
    }
    if (files.isEmpty())
        return fail(ErrorCode::Internal, u"There are no built-in rules."_s);
    return book;
}

Result<> RuleBook::add(const QByteArray& json, const QString& where, bool user)
{
    SY_TRY_ASSIGN(const auto root, parseObject(json, where));
    if (!root.value("rules"_L1).isArray())
        return fail(ErrorCode::Invalid, u"%1: a list \"rules\" was expected."_s.arg(where));
    for (const auto& item : root.value("rules"_L1).toArray()) {
        if (!item.isObject())
            return fail(ErrorCode::Invalid, u"%1: a rule is not an object."_s.arg(where));
        SY_TRY(addOne(item.toObject(), where, user));
    }
    return {};
}

Result<> RuleBook::addOfProject(const QByteArray& json, const QString& where)
{
    SY_TRY_ASSIGN(const auto root, parseObject(json, where));
    for (const auto& item : root.value("rules"_L1).toArray())
        if (item.toObject().value("verdict"_L1).toString(u"confirm"_s) == u"safe")
            return fail(ErrorCode::Invalid, u"%1: rule %2: a project's rules may only ask for more, not allow."_s.arg(
                                                where, item.toObject().value("id"_L1).toString(u"?"_s)));
    return add(json, where, true);
}

Result<> RuleBook::addOne(const QJsonObject& json, const QString& where, bool user)
{
    static const QStringList known{
        u"id"_s,          u"program"_s,     u"sub"_s,          u"unless_sub"_s, u"any_flag"_s,     u"all_flag"_s,
        u"unless_flag"_s, u"any_arg"_s,     u"unless_arg"_s,   u"any_word"_s,   u"flag_value"_s,   u"min_args"_s,
        u"max_args"_s,    u"arg_regex"_s,   u"last_arg"_s,     u"env"_s,        u"unless_value"_s, u"config"_s,
        u"code"_s,        u"regex"_s,       u"script_group"_s, u"verdict"_s,    u"category"_s,     u"severity"_s,
        u"reason"_s,      u"floor"_s,       u"unknown_only"_s, u"match"_s,      u"not_match"_s,    u"table"_s,
        u"wrapper"_s,     u"interpreter"_s, u"writes"_s,       u"handler"_s,    u"first_word"_s,   u"any_value"_s};
    const auto id = json.value("id"_L1).toString(u"?"_s);
    for (const auto& key : json.keys())
        if (!known.contains(key))
            return fail(ErrorCode::Invalid, u"%1: rule %2: there is no field \"%3\"."_s.arg(where, id, key));
    JsonReader reader(json, where + u": rule "_s + id);
    const bool structural = json.contains("table"_L1) || json.contains("wrapper"_L1) ||
                            json.contains("interpreter"_L1) || json.contains("writes"_L1) ||
                            json.contains("handler"_L1);
    if (structural) {
        const auto sub = [&](QLatin1StringView key) {
            return JsonReader(json.value(key).toObject(), where + u": rule "_s + id);
        };
        if (user)
            return fail(ErrorCode::Invalid,
                        u"%1: rule %2: only built-in rules may say how a program is read."_s.arg(where, id));
        for (const auto& program : reader.texts("program"_L1)) {
            const auto key = program.contains(u'*') ? u"*"_s : program;
            if (json.contains("table"_L1))
                m_tables[key] << std::pair(program, readTable(sub("table"_L1)));
            if (json.contains("wrapper"_L1))
                m_wrappers[key] << std::pair(id, readWrapper(sub("wrapper"_L1)));
            if (json.contains("interpreter"_L1))
                m_interpreters[key] << std::pair(program, readInterpreter(sub("interpreter"_L1)));
            if (json.contains("writes"_L1))
                m_writes[key] << std::pair(program, readWrites(sub("writes"_L1)));
            if (json.contains("handler"_L1))
                m_handlers[key] << std::pair(program, reader.text("handler"_L1));
        }
        return reader.finish();
    }
    auto rule = readRule(reader);
    rule.fromUser = user;
    SY_TRY(reader.finish());
    if (user) {
        rule.floor = false;
        if (rule.programs.isEmpty())
            return fail(ErrorCode::Invalid, u"%1: rule %2 names no program."_s.arg(where, id));
        if (rule.verdict == Verdict::Safe)
            SY_TRY(checkAllowance(rule, where, *this));
        SY_TRY(checkExamples(rule, where));
    }
    if (!rule.environment.isEmpty())
        m_environment.push_back(rule);
    else if (!rule.configKeys.isEmpty())
        m_config.push_back(rule);
    else if (!rule.languages.isEmpty())
        m_code.push_back(rule);
    else {
        const auto shared = std::make_shared<Rule>(rule);
        for (const auto& program : rule.programs)
            if (!program.contains(u'*'))
                m_byProgram[program] << shared;
        if (std::ranges::any_of(rule.programs, [](const QString& p) { return p.contains(u'*'); }))
            m_globbed << shared;
    }
    m_all << rule;
    return {};
}

} // namespace switchyard::gate
