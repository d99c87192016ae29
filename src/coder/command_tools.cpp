// The tools that run commands and read what they print.
#include "coder/text_cut.h"
#include "coder/toolbox.h"

#include <QRegularExpression>

namespace switchyard::coder {

namespace {

constexpr qsizetype mostCommands = 30; //!< whose output can still be read
constexpr int defaultSeconds = 120;
constexpr milliseconds killGrace{8000};
const auto refusedText = u"The user refused this command. Do not try it in another form: go on without it, or ask."_s;

QJsonObject terminalContent(const QString& terminal)
{
    return {{u"type"_s, u"terminal"_s}, {u"terminalId"_s, terminal}};
}

QString describeEnd(const TerminalState& state)
{
    if (!state.signal.isEmpty())
        return u"killed by %1"_s.arg(state.signal);
    return state.exitCode ? u"exit code %1"_s.arg(*state.exitCode) : u"ended"_s;
}

} // namespace

QString commandKind(const QString& line)
{
    static const QRegularExpression deletion(
        u"(?:^|[;&|(]\\s*|\\bxargs\\s+(?:-\\S+\\s+)*|\\bsudo\\s+)(?:rm|rmdir|unlink|shred|git\\s+(?:rm|clean))\\b"
        "|\\bfind\\b.*\\s-delete\\b"_s);
    return deletion.match(line.trimmed()).hasMatch() ? u"delete"_s : u"execute"_s;
}

bool isTestCommand(const QString& line)
{
    static const QRegularExpression tests(
        u"\\b(?:pytest|unittest|nosetests|tox|ctest|jest|vitest|mocha|phpunit|rspec|bats)\\b"
        "|\\b(?:make|ninja|npm|npm run|yarn|pnpm|cargo|go|dotnet|mvn|gradle|bazel|meson|mix|swift)\\s+(?:test|check)\\b"
        "|(?:^|[;&|]\\s*)(?:(?:sh|bash|python3?|node)\\s+)?\\S*test\\S*\\.(?:sh|py|js)\\b"_s);
    return tests.match(line).hasMatch();
}

QCoro::Task<Outcome> Toolbox::runCommand(Call call)
{
    const auto line = call.input[u"command"].toString().trimmed();
    if (line.isEmpty())
        co_return failure(u"command: it is empty."_s);
    const auto cwd = m_workspace.resolve(call.input[u"cwd"].toString(u"."_s));
    if (!cwd)
        co_return failure(cwd.error());
    QJsonObject shown{{u"toolCallId"_s, call.id},
                      {u"title"_s, line},
                      {u"kind"_s, commandKind(line)},
                      {u"status"_s, u"pending"_s},
                      {u"rawInput"_s,
                       QJsonObject{{u"command"_s, line}, {u"cwd"_s, *cwd}, {u"why"_s, call.input[u"why"].toString()}}}};
    switch (co_await m_client.askPermission(shown)) {
    case Permission::Allowed:
        break;
    case Permission::Refused:
        co_return failure(refusedText, {{u"refused"_s, true}});
    case Permission::Cancelled:
        co_return failure(u"The turn was cancelled before the command ran."_s);
    }
    m_facts.testing = isTestCommand(line);
    const auto terminal = co_await m_client.createTerminal(line, *cwd);
    if (!terminal) {
        if (terminal.error().code == ErrorCode::Forbidden)
            co_return failure(refusedText + u" ("_s + terminal.error().message + u')', {{u"refused"_s, true}});
        co_return failure(terminal.error());
    }
    QJsonObject running{{u"toolCallId"_s, call.id}, {u"status"_s, u"in_progress"_s}};
    if (m_client.showsTerminals())
        running.insert(u"content"_s, QJsonArray{terminalContent(*terminal)});
    m_client.update(u"tool_call_update"_s, running);

    const auto id = rememberCommand(line, *terminal);
    if (call.input[u"background"].toBool())
        co_return Outcome{
            u"It runs in the background as %1: read_output shows what it prints, stop_command ends it."_s.arg(id),
            true,
            {{u"command"_s, id}},
            running[u"content"].toArray(),
            false};
    const auto seconds = std::clamp(call.input[u"timeout_s"].toInt(defaultSeconds), 1, 3600);
    auto outcome = co_await collect(id, std::chrono::seconds(seconds));
    if (m_facts.testing)
        m_facts.testsFailed = !outcome.ok;
    co_return outcome;
}

//! Waits for a command's end, ends it when it takes too long, and tells what it printed.
QCoro::Task<Outcome> Toolbox::collect(QString id, milliseconds limit)
{
    const auto terminal = m_commands[id].terminal;
    const auto waited = co_await m_client.waitForExit(terminal, limit);
    const bool late = !waited && waited.error().code == ErrorCode::Timeout;
    if (!waited) {
        m_client.killTerminal(terminal);
        if (late)
            (void)co_await m_client.waitForExit(terminal, killGrace);
    }
    const auto state = co_await m_client.terminalState(terminal);
    QJsonArray content;
    if (m_client.showsTerminals())
        content.append(terminalContent(terminal));
    auto& command = m_commands[id];
    command.ended = true;
    command.terminal.clear();
    m_client.releaseTerminal(terminal);
    if (!state) {
        auto outcome = failure(waited ? state.error() : waited.error());
        outcome.content = content;
        co_return outcome;
    }
    command.text = state->text;
    const auto hint = u"read_output with id %1 and from_line: %2 shows them (to line %3)."_s.arg(id, u"%1"_s, u"%2"_s);
    const auto head =
        late ? u"It was ended after %1 s, its time limit."_s.arg(limit.count() / 1000) : describeEnd(*state);
    auto text = head + (state->truncated ? u"\n(the beginning of its output was lost)\n"_s : u"\n"_s) +
                (state->text.isEmpty() ? u"(it printed nothing)"_s : cutMiddle(state->text, hint));
    QJsonObject facts{{u"command"_s, id}};
    if (state->exitCode)
        facts.insert(u"exit_code"_s, *state->exitCode);
    if (late)
        facts.insert(u"timed_out"_s, true);
    co_return Outcome{text, !late && state->exitCode == 0, facts, content, false};
}

QString Toolbox::rememberCommand(const QString& line, const QString& terminal)
{
    const auto id = u"c%1"_s.arg(++m_lastCommand);
    m_commands.insert(id, {line, terminal, {}, false});
    m_commandOrder << id;
    const auto oldest = std::ranges::find_if(m_commandOrder, [this](const auto& old) { return m_commands[old].ended; });
    if (m_commandOrder.size() > mostCommands && oldest != m_commandOrder.end()) {
        m_commands.remove(*oldest);
        m_commandOrder.erase(oldest);
    }
    return id;
}

QCoro::Task<Outcome> Toolbox::readOutput(Call call)
{
    const auto id = call.input[u"id"].toString();
    if (!m_commands.contains(id))
        co_return failure(u"There is no command “%1”; there are: %2."_s.arg(id, m_commandOrder.join(u", "_s)));
    const auto seconds = std::clamp(call.input[u"wait_s"].toInt(0), 0, 120);
    auto text = m_commands[id].text;
    auto head = u"It has ended."_s;
    if (!m_commands[id].ended) {
        const auto terminal = m_commands[id].terminal;
        if (seconds > 0)
            (void)co_await m_client.waitForExit(terminal, std::chrono::seconds(seconds));
        const auto state = co_await m_client.terminalState(terminal);
        if (!state)
            co_return failure(state.error());
        text = state->text;
        head = state->exited ? u"It has ended: %1."_s.arg(describeEnd(*state)) : u"It is still running."_s;
        if (state->exited) {
            m_commands[id].ended = true;
            m_commands[id].text = text;
            m_client.releaseTerminal(std::exchange(m_commands[id].terminal, {}));
        }
    }
    const int from = std::max(1, call.input[u"from_line"].toInt(1));
    const auto lines = text.split(u'\n').mid(from - 1);
    co_return Outcome{head + u'\n' + numberedLines(lines, from, int(lines.size()), false)};
}

QCoro::Task<Outcome> Toolbox::stopCommand(Call call)
{
    const auto id = call.input[u"id"].toString();
    if (!m_commands.contains(id))
        co_return failure(u"There is no command “%1”."_s.arg(id));
    if (m_commands[id].ended)
        co_return Outcome{u"It has ended already."_s};
    m_client.killTerminal(m_commands[id].terminal);
    auto outcome = co_await collect(id, killGrace);
    outcome.ok = true;
    co_return outcome;
}

QStringList Toolbox::endCommands()
{
    QStringList lines;
    for (auto& command : m_commands) {
        if (command.ended)
            continue;
        lines << command.line;
        m_client.killTerminal(command.terminal);
        m_client.releaseTerminal(std::exchange(command.terminal, {}));
        command.ended = true;
    }
    return lines;
}

} // namespace switchyard::coder
