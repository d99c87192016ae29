#include "runner/update_translator.h"

#include "base/log.h"

namespace switchyard::runner {

namespace {

constexpr size_t rememberedCalls = 1000;

QString textOf(const QJsonValue& block)
{
    const auto object = block.toObject();
    if (object[u"type"] == "text"_L1)
        return object[u"text"].toString();
    if (object[u"type"] == "resource_link"_L1)
        return object[u"uri"].toString();
    return object.isEmpty() ? QString() : u"[%1]"_s.arg(object[u"type"].toString());
}

//! What a call runs; empty if nothing.
QString commandOf(const ToolCallRecord& call)
{
    const auto input = call.input.toObject();
    const auto command = input[u"command"].toString(input[u"cmd"].toString());
    return command.isEmpty() && call.kind == u"execute" ? call.title : command; // Gemini tells it nowhere else
}

} // namespace

std::pair<int, int> countChangedLines(const QString& before, const QString& after)
{
    const auto split = [](const QString& text) {
        auto lines = QStringView(text).split(u'\n');
        if (!lines.isEmpty() && lines.last().isEmpty())
            lines.removeLast();
        return lines;
    };
    const auto old = split(before), now = split(after);
    qsizetype head = 0, tail = 0;
    const auto most = std::min(old.size(), now.size());
    while (head < most && old[head] == now[head])
        ++head;
    while (tail < most - head && old[old.size() - 1 - tail] == now[now.size() - 1 - tail])
        ++tail;
    return {int(now.size() - head - tail), int(old.size() - head - tail)};
}

UpdateTranslator::UpdateTranslator(Recorder& recorder, PhaseTracker& tracker, const Clock& clock, bool ownsFiles,
                                   QObject* parent)
    : QObject(parent), m_recorder(recorder), m_tracker(tracker), m_clock(clock), m_ownsFiles(ownsFiles)
{
}

void UpdateTranslator::setSource(const QString& agent, const QString& session)
{
    m_agent = agent;
    m_session = session;
}

void UpdateTranslator::translate(const QJsonObject& update)
{
    const auto kind = update[u"sessionUpdate"].toString();
    if (kind == u"agent_message_chunk") {
        const auto text = textOf(update[u"content"]);
        m_message += text;
        m_recorder.recordText(event_kind::agentMessage, text, update[u"messageId"].toString());
    } else if (kind == u"agent_thought_chunk") {
        m_tracker.thought();
        Q_EMIT progressed();
        m_recorder.recordText(event_kind::agentThought, textOf(update[u"content"]), update[u"messageId"].toString());
    } else if (kind == u"plan") {
        const auto entries = update[u"entries"].toArray();
        m_tracker.planned(entries);
        m_recorder.record(event_kind::agentPlan, {{u"entries"_s, entries}});
        Q_EMIT progressed();
    } else if (kind == u"tool_call" || kind == u"tool_call_update") {
        toolCall(update);
    } else if (kind == u"usage_update") {
        // The built-in agent counts its steps itself.
        if (const QJsonValue own = update[u"_meta"][u"switchyard"]; own[u"step"].isDouble()) {
            m_countsSteps = true;
            Q_EMIT stepped(own[u"step"].toInt(), own[u"steps"].toInt());
        }
        Q_EMIT usageTold(update);
    } else if (kind == u"notice") {
        notice(update);
    } else { // available_commands_update, current_mode_update, config_option_update… and what is new
        m_recorder.record(event_kind::agentUpdate, {{u"update"_s, update}});
    }
}

void UpdateTranslator::notice(const QJsonObject& update)
{
    if (const auto until = update[u"_meta"][u"switchyard"][u"limited_until"]; until.isDouble())
        Q_EMIT limited(until.toInteger());
    const auto severity = update[u"severity"].toString();
    const auto description = update[u"description"].toString();
    m_recorder.record(
        event_kind::notice,
        {{u"severity"_s, severity == u"error" || severity == u"info" ? severity : u"warning"_s},
         {u"text"_s, redact(description.isEmpty() ? update[u"title"].toString()
                                                  : update[u"title"].toString() + u": "_s + description)}});
}

void UpdateTranslator::toolCall(const QJsonObject& update)
{
    const auto id = update[u"toolCallId"].toString();
    const bool isNew = !m_open.contains(id);
    // Of a call that has ended, or that was never announced and cannot be shown: kept raw.
    if (id.isEmpty() || (isNew && (m_ended.contains(id) ||
                                   (update[u"sessionUpdate"] == "tool_call_update"_L1 && !update.contains(u"title")))))
        return m_recorder.record(event_kind::agentUpdate, {{u"update"_s, recordable(update)}});
    auto& call = m_open[id];
    call.id = id;
    call.take(update);
    const auto status = update[u"status"].toString();
    const QJsonObject shown{{u"id"_s, id},
                            {u"name"_s, call.toolName()},
                            {u"kind"_s, call.kind},
                            {u"title"_s, redact(call.title)},
                            {u"input"_s, recordable(call.input)},
                            {u"files"_s, QJsonArray::fromStringList(call.files)}};
    if (isNew) {
        call.started = m_clock.monotonic();
        m_message.clear();
        m_tracker.used(call.kind, call.title);
        followCommand(call);
        Q_EMIT progressed(); // a phase is told before the call that begins it
        m_recorder.record(event_kind::toolStarted, shown);
        if (!m_countsSteps)
            Q_EMIT stepped(++m_calls, 0);
    } else if (status != u"completed" && status != u"failed") {
        m_recorder.record(event_kind::toolUpdated, shown);
    }
    followCommand(call);
    if (status == u"completed" || status == u"failed") {
        const auto ended = m_open.take(id);
        finishCall(ended, status == u"completed" && !ended.refused, ended.text());
    }
}

//! What an agent runs by itself counts for the phase like what it runs through us, whose end the terminals tell.
void UpdateTranslator::followCommand(Call& call)
{
    const auto command = commandOf(call);
    if (command.isEmpty() || command == call.command)
        return;
    call.command = command;
    m_tracker.commandStarted(command);
    Q_EMIT progressed();
}

void UpdateTranslator::finishCall(const Call& call, bool ok, const QString& words)
{
    if (m_ended.insert(call.id); m_endedOrder.size() >= rememberedCalls) {
        m_ended.remove(m_endedOrder.front());
        m_endedOrder.pop_front();
    }
    m_endedOrder.push_back(call.id);
    QJsonObject data{{u"id"_s, call.id},
                     {u"name"_s, call.toolName()},
                     {u"kind"_s, call.kind},
                     {u"title"_s, redact(call.title)},
                     {u"ok"_s, ok},
                     {u"duration_ms"_s, qint64((m_clock.monotonic() - call.started).count())},
                     {u"files"_s, QJsonArray::fromStringList(call.files)},
                     {u"input"_s, recordable(call.input)},
                     {u"agent"_s, m_agent},
                     {u"session"_s, m_session}};
    if (call.tokens > 0)
        data.insert(u"tokens"_s, call.tokens);
    if (!ok)
        data.insert(u"error_category"_s, call.errorCategory(words));
    data.insert(ok ? u"output"_s : u"error"_s, redact(words));
    m_recorder.record(event_kind::toolFinished, data);
    if (!m_ownsFiles && !call.command.isEmpty() && !call.refused)
        m_tracker.commandFinished(call.command, ok);
    if (ok && (call.kind == u"edit" || call.kind == u"delete" || call.kind == u"move")) {
        m_tracker.edited(call.files.value(0).section(u'/', -1));
        if (!m_ownsFiles)
            recordEdits(call);
    }
    Q_EMIT progressed();
}

void UpdateTranslator::refused(const QString& toolCallId)
{
    if (const auto call = m_open.find(toolCallId); call != m_open.end())
        call->refused = true;
}

void UpdateTranslator::closeRefusedCalls()
{
    for (const auto& id : m_open.keys()) {
        if (m_open[id].refused)
            finishCall(m_open.take(id), false, u"It was refused."_s);
    }
}

void UpdateTranslator::recordEdits(const Call& call)
{
    for (const auto& item : call.content) {
        const auto diff = item.toObject();
        if (diff[u"type"] != "diff"_L1)
            continue;
        const auto before = diff[u"oldText"].toString();
        const auto [added, removed] = countChangedLines(before, diff[u"newText"].toString());
        m_recorder.record(event_kind::fileChanged,
                          {{u"path"_s, diff[u"path"].toString()},
                           {u"added"_s, added},
                           {u"removed"_s, removed},
                           {u"how"_s, diff[u"oldText"].isString() ? u"modified"_s : u"created"_s}});
    }
}

void UpdateTranslator::closeOpenCalls(const QString& why)
{
    const auto open = std::exchange(m_open, {});
    for (auto call = open.begin(); call != open.end(); ++call)
        finishCall(call.value(), false, call->refused ? u"It was refused."_s : why);
}

} // namespace switchyard::runner
