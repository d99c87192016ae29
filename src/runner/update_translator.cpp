#include "runner/update_translator.h"

namespace switchyard::runner {

namespace {

constexpr qsizetype longestInlineText = 4000; //!< of a tool's result kept in an event; the log has the rest

QString textOf(const QJsonValue& block)
{
    const auto object = block.toObject();
    if (object[u"type"] == "text"_L1)
        return object[u"text"].toString();
    if (object[u"type"] == "resource_link"_L1)
        return object[u"uri"].toString();
    return object.isEmpty() ? QString() : u"[%1]"_s.arg(object[u"type"].toString());
}

QString textOfContent(const QJsonArray& content)
{
    QString text;
    for (const auto& item : content) {
        const auto object = item.toObject();
        if (object[u"type"] == "content"_L1)
            text += textOf(object[u"content"]);
    }
    return text.size() > longestInlineText ? text.left(longestInlineText) + u"…"_s : text;
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

void UpdateTranslator::translate(const QJsonObject& update)
{
    const auto kind = update[u"sessionUpdate"].toString();
    if (kind == u"agent_message_chunk") {
        const auto text = textOf(update[u"content"]);
        m_message += text;
        m_recorder.recordText(event_kind::agentMessage, text, update[u"messageId"].toString());
    } else if (kind == u"agent_thought_chunk") {
        m_tracker.thought();
        m_recorder.recordText(event_kind::agentThought, textOf(update[u"content"]), update[u"messageId"].toString());
        Q_EMIT progressed();
    } else if (kind == u"plan") {
        const auto entries = update[u"entries"].toArray();
        m_tracker.planned(entries);
        m_recorder.record(event_kind::agentPlan, {{u"entries"_s, entries}});
        Q_EMIT progressed();
    } else if (kind == u"tool_call" || kind == u"tool_call_update") {
        toolCall(update);
    } else if (kind == u"usage_update") {
        usage(update);
    } else {
        m_recorder.record(event_kind::agentUpdate, {{u"update"_s, update}});
    }
}

void UpdateTranslator::toolCall(const QJsonObject& update)
{
    const auto id = update[u"toolCallId"].toString();
    if (id.isEmpty())
        return m_recorder.record(event_kind::agentUpdate, {{u"update"_s, update}});
    const bool isNew = !m_open.contains(id);
    const auto status = update[u"status"].toString();
    if (isNew && update[u"sessionUpdate"] == "tool_call_update"_L1 && !update.contains(u"title"))
        return m_recorder.record(event_kind::agentUpdate, {{u"update"_s, update}}); // of a call that has ended
    auto& call = m_open[id];
    if (update.contains(u"title"))
        call.title = update[u"title"].toString();
    if (update.contains(u"kind"))
        call.kind = update[u"kind"].toString();
    if (update.contains(u"content"))
        call.content = update[u"content"].toArray();
    if (update.contains(u"rawInput"))
        call.input = update[u"rawInput"];
    if (update.contains(u"locations")) {
        call.files.clear();
        for (const auto& location : update[u"locations"].toArray())
            call.files << location.toObject()[u"path"].toString();
    }
    if (isNew) {
        call.started = m_clock.monotonic();
        m_message.clear();
        m_recorder.record(event_kind::toolStarted, {{u"id"_s, id},
                                                    {u"kind"_s, call.kind},
                                                    {u"title"_s, call.title},
                                                    {u"input"_s, call.input},
                                                    {u"files"_s, QJsonArray::fromStringList(call.files)}});
        if (!m_countsSteps)
            Q_EMIT stepped(++m_calls, 0);
    } else if (status != u"completed" && status != u"failed") {
        m_recorder.record(event_kind::toolUpdated, {{u"id"_s, id},
                                                    {u"kind"_s, call.kind},
                                                    {u"title"_s, call.title},
                                                    {u"input"_s, call.input},
                                                    {u"files"_s, QJsonArray::fromStringList(call.files)}});
    }
    if (status == u"completed" || status == u"failed") {
        const auto ended = m_open.take(id);
        finishCall(id, ended, status == u"completed", textOfContent(ended.content));
    }
}

void UpdateTranslator::finishCall(const QString& id, const Call& call, bool ok, const QString& text)
{
    QJsonObject data{{u"id"_s, id},
                     {u"kind"_s, call.kind},
                     {u"title"_s, call.title},
                     {u"ok"_s, ok},
                     {u"duration_ms"_s, qint64((m_clock.monotonic() - call.started).count())},
                     {u"files"_s, QJsonArray::fromStringList(call.files)}};
    data.insert(ok ? u"output"_s : u"error"_s, text);
    m_recorder.record(event_kind::toolFinished, data);
    if (ok && (call.kind == u"edit" || call.kind == u"delete" || call.kind == u"move")) {
        m_tracker.edited();
        if (!m_ownsFiles)
            recordEdits(call);
    }
    Q_EMIT progressed();
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

void UpdateTranslator::usage(const QJsonObject& update)
{
    // The built-in agent tells its step and exact usage beside what the protocol has.
    const auto own = update[u"_meta"].toObject()[u"switchyard"].toObject();
    if (own.contains(u"step")) {
        m_countsSteps = true;
        Q_EMIT stepped(own[u"step"].toInt(), own[u"steps"].toInt());
    }
    if (const auto exact = own[u"usage"].toObject(); !exact.isEmpty()) {
        m_recorder.record(event_kind::agentUsage, exact);
    } else if (update[u"cost"].isObject()) {
        const auto cost = update[u"cost"].toObject();
        m_recorder.record(
            event_kind::agentUsage,
            {{u"cost"_s, cost[u"amount"]}, {u"context_used"_s, update[u"used"]}, {u"context_size"_s, update[u"size"]}});
    }
}

void UpdateTranslator::closeOpenCalls(const QString& why)
{
    const auto open = std::exchange(m_open, {});
    for (auto call = open.begin(); call != open.end(); ++call)
        finishCall(call.key(), call.value(), false, why);
}

} // namespace switchyard::runner
