#include "doors/confirmation_desk.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>

namespace switchyard::doors {

namespace {

constexpr milliseconds answerLimit = std::chrono::seconds(30);

QString isoTime(UtcTime time)
{
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(time), QTimeZone::UTC).toString(Qt::ISODateWithMs);
}

QStringList shown(const QStringList& texts)
{
    QStringList result;
    for (const auto& text : texts)
        result << plainText(text);
    return result;
}

//! Of those that wait, the one that is meant. A request that is not among them is left to the engine, which knows what
//! became of it.
Result<Confirmation> choose(QList<Confirmation> open, const QString& request, const TaskId& task)
{
    if (!request.isEmpty()) {
        const auto found = std::ranges::find(open, request, &Confirmation::id);
        if (found == open.end()) {
            Confirmation unknown;
            unknown.id = request;
            return unknown;
        }
        if (!task.isNull() && found->task != task)
            return fail(ErrorCode::Conflict,
                        u"That request is task %1's, not task %2's."_s.arg(found->task.toString(), task.toString()));
        return *found;
    }
    if (!task.isNull())
        open.removeIf([&](const Confirmation& one) { return one.task != task; });
    if (open.isEmpty())
        return fail(ErrorCode::Conflict,
                    task.isNull() ? u"Nothing waits for the confirmation code."_s
                                  : u"Task %1 does not wait for the confirmation code."_s.arg(task.toString()),
                    u"It may have been answered meanwhile, or its time was up."_s);
    if (open.size() > 1) {
        QStringList waiting;
        for (const auto& one : open.first(std::min<qsizetype>(open.size(), 10)))
            waiting << u"task %1, request %2 (%3)"_s.arg(one.task.toString(), one.id, plainText(one.command, 60));
        return fail(ErrorCode::Conflict, u"%1 commands wait: %2."_s.arg(open.size()).arg(waiting.join(u"; "_s)),
                    u"Say which one by its task or request."_s);
    }
    return open.first();
}

} // namespace

QString plainText(const QString& text, qsizetype longest)
{
    QString result;
    for (const auto c : text.left(longest)) {
        const bool control = c.category() == QChar::Other_Control && c != u'\n' && c != u'\t';
        result += control || c.category() == QChar::Other_Format ? u'\uFFFD' : c.unicode();
    }
    return text.size() > longest ? result + u'…' : result;
}

QJsonObject confirmationJson(const Confirmation& confirmation)
{
    return {{u"request_id"_s, confirmation.id},
            {u"task_id"_s, confirmation.task.toString()},
            {u"command"_s, plainText(confirmation.command, 64 << 10)},
            {u"reasons"_s, QJsonArray::fromStringList(shown(confirmation.reasons))},
            {u"impact"_s, QJsonArray::fromStringList(shown(confirmation.impact))},
            {u"folder"_s, plainText(confirmation.cwd)},
            {u"branch"_s, plainText(confirmation.branch)},
            {u"requested_at"_s, isoTime(confirmation.requested)},
            {u"deadline"_s, isoTime(confirmation.deadline)},
            {u"tries_left"_s, confirmation.triesLeft}};
}

QCoro::Task<Result<QList<Confirmation>>> openConfirmations(QPointer<client::EngineClient> client)
{
    SY_CO_TRY(co_await client->connectToEngine());
    if (!client)
        co_return fail(ErrorCode::Cancelled, u"No longer wanted."_s);
    SY_CO_TRY_ASSIGN(const auto answer, co_await client->call(u"confirmation.list"_s, {}, answerLimit));
    QList<Confirmation> open;
    for (const auto& value : answer.toObject()[u"confirmations"].toArray()) {
        SY_CO_TRY_ASSIGN(const auto one, Confirmation::fromJson(value.toObject()));
        open << one;
    }
    co_return open;
}

QCoro::Task<Result<Confirmation>> answerConfirmation(QPointer<client::EngineClient> client, RelayedAnswer answer)
{
    TaskId task;
    if (!answer.task.isEmpty()) {
        SY_CO_TRY_ASSIGN(task, TaskId::parse(answer.task));
    }
    SY_CO_TRY_ASSIGN(const auto open, co_await openConfirmations(client));
    if (!client)
        co_return fail(ErrorCode::Cancelled, u"No longer wanted."_s);
    const auto chosen = choose(open, answer.request, task);
    if (!chosen && !task.isNull() && answer.request.isEmpty()) {
        SY_CO_TRY(co_await client->getTask(task)); // a task that does not exist is told as that
        co_return fail(chosen.error());
    }
    if (!chosen)
        co_return fail(chosen.error());
    QJsonObject params{{u"id"_s, chosen->id}, {u"allow"_s, answer.allow}, {u"by"_s, answer.by}};
    if (!answer.door.isEmpty())
        params.insert(u"door"_s, answer.door);
    if (answer.allow)
        params.insert(u"code"_s, QString::fromUtf8(answer.code.reveal()));
    if (answer.allow && !answer.oneTime.isEmpty())
        params.insert(u"one_time"_s, QString::fromUtf8(answer.oneTime.reveal()));
    SY_CO_TRY(co_await client->call(u"confirmation.answer"_s, params, answerLimit));
    co_return Confirmation(*chosen);
}

} // namespace switchyard::doors
