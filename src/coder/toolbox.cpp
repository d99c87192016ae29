#include "coder/toolbox.h"

#include "base/json.h"

namespace switchyard::coder {

namespace {

constexpr qsizetype shownCharacters = 4000; //!< of a result, for the client
constexpr qsizetype titleCharacters = 200;

QString oneLine(const QString& text)
{
    auto line = text.section(u'\n', 0, 0);
    return line.size() < text.size() || line.size() > titleCharacters ? line.left(titleCharacters) + u" …"_s : line;
}

QString path(const QJsonObject& input)
{
    return input[u"path"].toString(u"."_s);
}

QJsonObject textContent(const QString& text)
{
    return {{u"type"_s, u"content"_s}, {u"content"_s, QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, text}}}};
}

} // namespace

Outcome failure(const QString& text, const QJsonObject& facts)
{
    return {text, false, facts, {}, false};
}

Outcome failure(const Error& error)
{
    return failure(describe(error));
}

struct Toolbox::Tool {
    QLatin1StringView name;
    QLatin1StringView
        kind; //!< empty: not reported as a tool call (the plan, questions and the end have their own ways)
    const char* description;
    const char* schema;
    QString (*title)(const QJsonObject& input);
    QCoro::Task<Outcome> (Toolbox::*run)(Call call);
};

std::span<const Toolbox::Tool> Toolbox::tools()
{
    using In = const QJsonObject&;
    static const Tool table[] = {
        {"list_files"_L1, "read"_L1, "List the files and folders below a folder, ignored ones (.gitignore) left out.",
         R"({"type":"object","properties":{
            "path":{"type":"string","description":"folder; the project's own when absent"},
            "depth":{"type":"integer","minimum":1,"description":"levels; 3 when absent"}}})",
         [](In in) { return u"List %1"_s.arg(path(in)); }, &Toolbox::listFiles},
        {"read_file"_L1, "read"_L1,
         "Read a text file, with line numbers. Long files come in parts; read on with from_line.",
         R"({"type":"object","properties":{
            "path":{"type":"string"},
            "from_line":{"type":"integer","minimum":1},
            "lines":{"type":"integer","minimum":1,"description":"how many; 400 when absent"}},
            "required":["path"]})",
         [](In in) { return u"Read %1"_s.arg(path(in)); }, &Toolbox::readFile},
        {"write_file"_L1, "edit"_L1,
         "Write a whole file, new or in place of the old one. For changes to a file that exists, prefer edit_file.",
         R"({"type":"object","properties":{"path":{"type":"string"},"content":{"type":"string"}},
            "required":["path","content"]})",
         [](In in) { return u"Write %1"_s.arg(path(in)); }, &Toolbox::writeFile},
        {"edit_file"_L1, "edit"_L1,
         "Replace exact pieces of a file, several at once, all or none. Each old_text must be copied exactly (without "
         "line numbers) and be there once, unless all is true.",
         R"({"type":"object","properties":{"path":{"type":"string"},"edits":{"type":"array","minItems":1,"items":{
            "type":"object","properties":{"old_text":{"type":"string"},"new_text":{"type":"string"},
            "all":{"type":"boolean"}},"required":["old_text","new_text"]}}},"required":["path","edits"]})",
         [](In in) { return u"Edit %1"_s.arg(path(in)); }, &Toolbox::editFile},
        {"search"_L1, "search"_L1, "Search the project's files with a regular expression (PCRE), line by line.",
         R"({"type":"object","properties":{
            "pattern":{"type":"string"},
            "path":{"type":"string","description":"file or folder to search in"},
            "glob":{"type":"string","description":"only files like this, such as *.py or src/**/*.h"},
            "ignore_case":{"type":"boolean"},
            "offset":{"type":"integer","minimum":0,"description":"matches to skip"}},"required":["pattern"]})",
         [](In in) { return u"Search for “%1”"_s.arg(oneLine(in[u"pattern"].toString())); }, &Toolbox::search},
        {"run_command"_L1, "execute"_L1,
         "Run a bash command line in the project's folder and get its output and exit code. The user may be asked "
         "first and may refuse. Nothing can be typed into it. Use background for servers and watchers.",
         R"({"type":"object","properties":{
            "command":{"type":"string"},
            "why":{"type":"string","description":"the reason, in a few words, for the person who is asked"},
            "cwd":{"type":"string","description":"folder within the project"},
            "timeout_s":{"type":"integer","minimum":1,"maximum":3600,"description":"120 when absent"},
            "background":{"type":"boolean"}},"required":["command"]})",
         [](In in) { return oneLine(in[u"command"].toString()); }, &Toolbox::runCommand},
        {"read_output"_L1, "read"_L1,
         "Read the output of a command that ran or runs in the background, from a line on.",
         R"({"type":"object","properties":{
            "id":{"type":"string","description":"such as c1"},
            "from_line":{"type":"integer","minimum":1},
            "wait_s":{"type":"integer","minimum":0,"maximum":120,"description":"wait so long for its end"}},
            "required":["id"]})",
         [](In in) { return u"Read the output of %1"_s.arg(in[u"id"].toString()); }, &Toolbox::readOutput},
        {"stop_command"_L1, "execute"_L1, "End a command that runs in the background.",
         R"({"type":"object","properties":{"id":{"type":"string"}},"required":["id"]})",
         [](In in) { return u"Stop %1"_s.arg(in[u"id"].toString()); }, &Toolbox::stopCommand},
        {"update_plan"_L1,
         {},
         "Show the user your plan, all steps each time, with what is done. Do this first, and whenever a step is done.",
         R"({"type":"object","properties":{"entries":{"type":"array","minItems":1,"items":{"type":"object","properties":{
            "content":{"type":"string"},"status":{"type":"string","enum":["pending","in_progress","completed"]},
            "priority":{"type":"string","enum":["high","medium","low"]}},"required":["content","status"]}}},
            "required":["entries"]})",
         nullptr,
         &Toolbox::updatePlan},
        {"ask_user"_L1,
         {},
         "Ask the user a question when you cannot decide or are stuck. The task waits for the answer: ask rarely.",
         R"({"type":"object","properties":{"question":{"type":"string"},
            "options":{"type":"array","items":{"type":"string"}}},"required":["question"]})",
         nullptr,
         &Toolbox::askUser},
        {"finish"_L1,
         {},
         "End the task: when the plan is done and the tests pass, or when you can get no further. Say before it, in "
         "your message, what you did and what is left.",
         R"({"type":"object","properties":{"summary":{"type":"string","description":"one or two sentences"},
            "left":{"type":"array","items":{"type":"string"},"description":"what is not done"}},
            "required":["summary"]})",
         nullptr,
         &Toolbox::finish},
    };
    return table;
}

Toolbox::Toolbox(Client& client, Workspace workspace, Cancellation& cancellation)
    : m_client(client), m_workspace(std::move(workspace)), m_cancellation(cancellation)
{
}

QList<llm::ToolSpec> Toolbox::specs()
{
    QList<llm::ToolSpec> list;
    for (const auto& tool : tools())
        list.append({tool.name, QString::fromUtf8(tool.description),
                     QJsonDocument::fromJson(QByteArray(tool.schema)).object()});
    return list;
}

const Toolbox::Tool* Toolbox::findTool(const QString& name)
{
    const auto all = tools();
    const auto tool = std::ranges::find(all, name, &Tool::name);
    return tool == all.end() ? nullptr : &*tool;
}

void Toolbox::beginTurn()
{
    m_facts = {};
    m_endsTurn = false;
}

QCoro::Task<llm::ToolResult> Toolbox::run(llm::ToolCall call, qint64 tokens)
{
    Outcome outcome;
    const auto* const tool = findTool(call.name);
    if (!tool) {
        QStringList names;
        for (const auto& known : tools())
            names << known.name;
        outcome = failure(u"There is no tool “%1”. There are: %2."_s.arg(call.name, names.join(u", "_s)));
    } else if (!call.inputError.isEmpty()) {
        outcome = failure(
            u"The arguments could not be read, nothing was done: %1. Send them again, whole."_s.arg(call.inputError));
    } else {
        const Call named{uniqueId(call.id), call.input, tokens};
        if (!tool->kind.isEmpty())
            report(*tool, named);
        outcome = co_await (this->*tool->run)(named);
        if (!tool->kind.isEmpty())
            reportEnd(named, outcome);
        m_endsTurn = m_endsTurn || outcome.endsTurn;
    }
    co_return llm::ToolResult{call.id, call.name, outcome.text, outcome.ok, outcome.facts};
}

void Toolbox::replay(const llm::ToolCall& call, const llm::ToolResult& result)
{
    const auto* const tool = findTool(call.name);
    if (!tool || tool->kind.isEmpty())
        return;
    const Call named{uniqueId(call.id), call.input, 0};
    report(*tool, named);
    reportEnd(named, {result.text, result.ok, result.facts, {}, false});
}

void Toolbox::report(const Tool& tool, const Call& call)
{
    const bool isCommand = tool.name == "run_command"_L1;
    QJsonObject fields{{u"toolCallId"_s, call.id},
                       {u"title"_s, tool.title(call.input)},
                       {u"kind"_s, isCommand ? commandKind(call.input[u"command"].toString()) : QString(tool.kind)},
                       {u"status"_s, isCommand ? u"pending"_s : u"in_progress"_s},
                       {u"rawInput"_s, call.input}};
    fields.insert(u"name"_s, QString(tool.name));
    if (call.tokens > 0)
        fields.insert(u"_meta"_s, QJsonObject{{u"switchyard"_s, QJsonObject{{u"tokens"_s, call.tokens}}}});
    if (const auto places = locations(call.input); !places.isEmpty())
        fields.insert(u"locations"_s, places);
    m_client.update(u"tool_call"_s, fields);
}

void Toolbox::reportEnd(const Call& call, const Outcome& outcome)
{
    QJsonObject fields{{u"toolCallId"_s, call.id},
                       {u"status"_s, outcome.ok ? u"completed"_s : u"failed"_s},
                       {u"content"_s, outcome.content}};
    auto shown = outcome.text;
    if (shown.size() > shownCharacters)
        shown = shown.first(shownCharacters) + u" …"_s;
    if (outcome.content.isEmpty())
        fields.insert(u"content"_s, QJsonArray{textContent(shown)});
    QJsonObject raw{{u"text"_s, shown}};
    for (auto fact = outcome.facts.begin(); fact != outcome.facts.end(); ++fact)
        raw.insert(fact.key(), fact.value());
    fields.insert(u"rawOutput"_s, raw);
    m_client.update(u"tool_call_update"_s, fields);
}

QJsonArray Toolbox::locations(const QJsonObject& input) const
{
    if (!input.contains(u"path"))
        return {};
    const auto absolute = m_workspace.resolve(path(input));
    if (!absolute)
        return {};
    QJsonObject place{{u"path"_s, *absolute}};
    if (input.contains(u"from_line"))
        place.insert(u"line"_s, input[u"from_line"]);
    return {place};
}

QString Toolbox::uniqueId(const QString& id)
{
    auto unique = id.isEmpty() ? u"call"_s : id;
    for (int copy = 2; m_callIds.contains(unique); ++copy) // some local servers number from zero in every answer
        unique = u"%1#%2"_s.arg(id).arg(copy);
    m_callIds.insert(unique);
    return unique;
}

QCoro::Task<Outcome> Toolbox::updatePlan(Call call)
{
    if (const auto done = m_plan.replace(call.input[u"entries"].toArray()); !done)
        co_return failure(done.error());
    m_client.update(u"plan"_s, {{u"entries"_s, m_plan.entries()}});
    const auto open = m_plan.open().size();
    co_return Outcome{open == 0 ? u"The plan is shown; every step is done."_s
                                : u"The plan is shown; %1 steps are open."_s.arg(open)};
}

QCoro::Task<Outcome> Toolbox::askUser(Call call)
{
    const auto question = call.input[u"question"].toString().trimmed();
    if (question.isEmpty())
        co_return failure(u"question: it is empty."_s);
    QStringList options;
    for (const auto& option : call.input[u"options"].toArray())
        options << option.toString();
    const auto answer = co_await m_client.askUser(question, options);
    if (answer)
        co_return Outcome{u"The user answered: %1"_s.arg(*answer)};
    if (answer.error().code == ErrorCode::Cancelled)
        co_return failure(answer.error());
    m_facts.question = options.isEmpty() ? question : question + u"\n\n- "_s + options.join(u"\n- "_s);
    co_return Outcome{u"The question was put to the user; their answer is their next message."_s, true, {}, {}, true};
}

QCoro::Task<Outcome> Toolbox::finish(Call call)
{
    m_facts.summary = call.input[u"summary"].toString();
    for (const auto& item : call.input[u"left"].toArray())
        m_facts.left << item.toString();
    co_return Outcome{u"The task is ended."_s, true, {}, {}, true};
}

} // namespace switchyard::coder
