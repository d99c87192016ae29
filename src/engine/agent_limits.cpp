#include "engine/agent_limits.h"

#include "base/json.h"

namespace switchyard::engine {

namespace {
const auto limitsNote = u"agent_limits"_s;
constexpr milliseconds notTold = std::chrono::minutes(5);
constexpr milliseconds longest = std::chrono::days(8); // weekly limits exist; nothing longer is believed
} // namespace

AgentLimits::AgentLimits(TaskBook& book, const Clock& clock, QObject* parent)
    : QObject(parent), m_book(book), m_clock(clock)
{
    connect(&m_book, &TaskBook::applied, this, [this](const Event& event) {
        if (event.kind == event_kind::agentLimited)
            hear(event);
    });
}

void AgentLimits::hear(const Event& event)
{
    const auto now = m_clock.now();
    const auto told = event.data[u"until"].toInteger();
    const auto until = told > 0 ? fromMilliseconds(told) : event.time + notTold;
    const auto agent = event.data[u"agent"].toString();
    if (agent.isEmpty() || until <= now) // read late, out of an old journal
        return;
    const auto left = std::min<milliseconds>(until - now, longest);
    m_limits.insert(agent, {m_clock.monotonic() + left, now + left});
    // Not from within this signal: nothing may be recorded here.
    QMetaObject::invokeMethod(this, [this] { save(); }, Qt::QueuedConnection);
}

bool AgentLimits::lift(const QString& agent)
{
    if (m_limits.remove(agent) == 0)
        return false;
    save();
    return true;
}

void AgentLimits::save()
{
    QJsonObject json;
    for (const auto& [agent, left] : current().asKeyValueRange())
        json.insert(agent, toMilliseconds(left.until));
    m_book.write({.events = {},
                  .tasks = {},
                  .deleted = {},
                  .confirmations = {},
                  .notes = {{limitsNote, QString::fromUtf8(compactJson(json))}}});
    Q_EMIT changed();
}

Result<> AgentLimits::load()
{
    SY_TRY_ASSIGN(const auto text, store::findNote(m_book.store().reader(), limitsNote));
    if (text.isEmpty())
        return {};
    SY_TRY_ASSIGN(const auto json, parseObject(text.toUtf8(), limitsNote));
    for (const auto& agent : json.keys()) {
        const auto until = fromMilliseconds(json[agent].toInteger());
        const auto left = std::min<milliseconds>(until - m_clock.now(), longest);
        if (left.count() > 0)
            m_limits.insert(agent, {m_clock.monotonic() + left, until});
    }
    return {};
}

QMap<QString, AgentLimit> AgentLimits::current() const
{
    QMap<QString, AgentLimit> result;
    for (const auto& [agent, kept] : m_limits.asKeyValueRange()) {
        if (const auto left = kept.ends - m_clock.monotonic(); left.count() > 0)
            result.insert(agent, {left, kept.until});
    }
    return result;
}

} // namespace switchyard::engine
