#include "engine/confirmations.h"

#include "base/json.h"

#include <QCoro/QCoroFuture>
#include <QtConcurrentRun>

#include <algorithm>

namespace switchyard::engine {

namespace {

const auto guardNote = u"code_guard"_s;

// Who knows the code, but is elsewhere, must not get rid of the second proof.
Result<> onlyHere(const QString& door)
{
    if (Confirmations::isLocal(door))
        return {};
    return fail(ErrorCode::Forbidden,
                Confirmations::tr("The code and one-time passwords are changed at the machine itself."));
}

} // namespace

Confirmations::Confirmations(TaskBook& book, Supervisor& supervisor, Grants& grants, const Paths& paths,
                             const Settings& settings, const Clock& clock, QObject* parent)
    : QObject(parent),
      m_book(book),
      m_supervisor(supervisor),
      m_grants(grants),
      m_settings(settings),
      m_clock(clock),
      m_vault(paths.confirmationCode()),
      m_oneTime(paths.config + u"/totp.json"_s)
{
    connect(&m_book, &TaskBook::applied, this, [this](const Event& event, TaskStatus, TaskStatus after) {
        note(event);
        if (isFinished(after))
            m_open.removeIf([&](std::pair<const QString&, store::ConfirmationRow&> pair) {
                const bool gone = pair.second.confirmation.task == event.task;
                if (gone)
                    m_settled.remove(pair.first);
                return gone;
            });
    });
}

Result<> Confirmations::load()
{
    SY_TRY_ASSIGN(const auto text, store::findNote(m_book.store().reader(), guardNote));
    if (!text.isEmpty()) {
        SY_TRY_ASSIGN(const auto json, parseObject(text.toUtf8(), guardNote));
        m_guard = GuessGuard::fromJson(json);
    }
    for (const auto& id : m_book.unfinished()) {
        SY_TRY_ASSIGN(const auto task, m_book.task(id));
        for (const auto& confirmation : task.waitingFor) {
            SY_TRY_ASSIGN(auto row, store::findConfirmation(m_book.store().reader(), confirmation.id));
            m_open.insert(confirmation.id, row.value_or(store::ConfirmationRow{confirmation, u"open"_s, 0}));
        }
    }
    return {};
}

QList<Confirmation> Confirmations::open() const
{
    QList<Confirmation> result;
    for (const auto& row : m_open) {
        result << row.confirmation;
        result.last().triesLeft = std::max(0, m_settings.wrongCodesPerRequest - row.wrongTries);
    }
    std::ranges::sort(result, {}, &Confirmation::requested);
    return result;
}

void Confirmations::note(const Event& event)
{
    const auto id = event.data[u"id"].toString();
    if (event.kind == event_kind::confirmationRequested) {
        const auto confirmation = Confirmation::fromJson(event.data);
        if (!confirmation || m_open.contains(id))
            return;
        m_open.insert(id, {*confirmation, u"open"_s, 0});
        save(&m_open[id]);
    } else if (event.kind == event_kind::confirmationAnswered) {
        auto row = m_open.take(id);
        m_settled.remove(id);
        if (row.confirmation.id.isEmpty())
            return;
        row.state = event.data[u"allowed"].toBool() ? u"allowed"_s : u"denied"_s;
        save(&row);
    }
}

QFuture<Result<>> Confirmations::save(const store::ConfirmationRow* row)
{
    store::Changes changes;
    if (row)
        changes.confirmations << *row;
    changes.notes.insert(guardNote, QString::fromUtf8(compactJson(m_guard.toJson())));
    return m_book.write(std::move(changes));
}

void Confirmations::countTry()
{
    m_guard.count(m_clock.now(), m_settings.wrongCodesBeforeLock, m_settings.firstLock);
}

QCoro::Task<Result<>> Confirmations::check(QPointer<Confirmations> self, Answer answer)
{
    const auto id = answer.id;
    if (answer.code.isEmpty())
        co_return fail(ErrorCode::Invalid, tr("The code is missing."), tr("Enter your confirmation code."));
    if (!self->m_vault.isSet())
        co_return fail(ErrorCode::Conflict, tr("No confirmation code has been chosen yet."),
                       tr("Choose one in the settings or with `swy code set`."));
    const bool oneTimeToo = self->m_oneTime.isSet() && !isLocal(answer.door);
    if (oneTimeToo && answer.oneTime.isEmpty())
        co_return fail(ErrorCode::Invalid, tr("The one-time password is missing."),
                       tr("From elsewhere the six digits of your authenticator app are needed besides the code."));
    SY_CO_TRY(self->m_guard.check(self->m_clock.now()));
    const auto before = self->m_guard;
    auto& row = self->m_open[id];
    if (row.wrongTries >= self->m_settings.wrongCodesPerRequest)
        co_return fail(ErrorCode::Forbidden, tr("This request was refused after too many wrong codes."));
    ++row.wrongTries;
    self->countTry();
    SY_CO_TRY(co_await self->save(&row));
    if (!self)
        co_return fail(ErrorCode::Cancelled, tr("The engine is ending."));
    const auto verdict = co_await QtConcurrent::run([vault = self->m_vault, oneTime = self->m_oneTime,
                                                     now = self->m_clock.now(), answer, oneTimeToo]() -> Result<> {
        SY_TRY(vault.verify(answer.code));
        return oneTimeToo ? oneTime.verify(QString::fromUtf8(answer.oneTime.reveal()), now) : Result<>();
    });
    if (!self)
        co_return fail(ErrorCode::Cancelled, tr("The engine is ending."));
    const auto now = self->m_open.find(id);
    if (verdict) {
        self->m_guard = {};
        if (now != self->m_open.end())
            --now->wrongTries;
        self->save(now != self->m_open.end() ? &*now : nullptr);
        co_return {};
    }
    if (verdict.error().code != ErrorCode::Forbidden) { // not the guesser's fault
        self->m_guard = before;
        co_return fail(verdict.error());
    }
    const auto left = now == self->m_open.end() ? 0 : self->m_settings.wrongCodesPerRequest - now->wrongTries;
    if (left <= 0) {
        const auto why = tr("%1 wrong codes").arg(self->m_settings.wrongCodesPerRequest);
        co_await resolve(self, id, false, {}, u"engine"_s, u"engine"_s, why);
        co_return fail(ErrorCode::Forbidden, tr("The code is wrong. The command was refused after %1.").arg(why));
    }
    co_return fail(ErrorCode::Forbidden, tr("The code is wrong."),
                   left == 1 ? tr("1 try left.") : tr("%1 tries left.").arg(left));
}

QCoro::Task<Result<>> Confirmations::resolve(QPointer<Confirmations> self, QString id, bool allow, Secret code,
                                             QString by, QString door, QString why)
{
    if (!self || !self->m_open.contains(id) || self->m_settled.contains(id))
        co_return fail(ErrorCode::Conflict, tr("This request has been answered already."));
    self->m_settled.insert(id);
    const auto task = self->m_open[id].confirmation.task;
    const auto answer = co_await self->m_supervisor.call(task, u"confirmation.resolve"_s,
                                                         {{u"id"_s, id},
                                                          {u"allow"_s, allow},
                                                          {u"code"_s, QString::fromUtf8(code.reveal())},
                                                          {u"by"_s, by},
                                                          {u"door"_s, door},
                                                          {u"why"_s, why}});
    if (answer)
        co_return {};
    if (self)
        self->m_settled.remove(id); // it did not reach the runner: may be tried again
    co_return fail(answer.error());
}

QCoro::Task<Result<>> Confirmations::answer(QPointer<Confirmations> self, Answer answer)
{
    const auto task =
        self->m_open.contains(answer.id) ? self->m_open[answer.id].confirmation.task.toString() : QString();
    const auto taken = co_await take(self, answer);
    if (!taken && self)
        Q_EMIT self->audited({{u"what"_s, u"answer not taken"_s},
                              {u"by"_s, answer.by},
                              {u"door"_s, answer.door},
                              {u"task"_s, task},
                              {u"id"_s, answer.id.left(60)},
                              {u"allow"_s, answer.allow},
                              {u"why"_s, taken.error().message}});
    co_return taken;
}

QCoro::Task<Result<>> Confirmations::take(QPointer<Confirmations> self, Answer answer)
{
    if (!self->m_open.contains(answer.id)) {
        SY_CO_TRY_ASSIGN(const auto old, store::findConfirmation(self->m_book.store().reader(), answer.id));
        if (!old)
            co_return fail(ErrorCode::NotFound, tr("There is no confirmation “%1”.").arg(answer.id.left(60)));
        co_return fail(ErrorCode::Conflict,
                       tr("This request is closed: it was %1.")
                           .arg(old->state == u"open" ? tr("given up with its task") : old->state));
    }
    if (self->m_settled.contains(answer.id))
        co_return fail(ErrorCode::Conflict, tr("This request has been answered already."));
    if (!answer.allow)
        co_return co_await resolve(self, answer.id, false, {}, answer.by, answer.door, tr("refused by the user"));
    SY_CO_TRY_ASSIGN(const auto wanted, self->grantFor(answer));
    SY_CO_TRY(co_await check(self, answer));
    if (!self)
        co_return fail(ErrorCode::Cancelled, tr("The engine is ending."));
    std::optional<Grant> granted;
    if (wanted) { // before the command goes on: its next question finds it
        SY_CO_TRY_ASSIGN(granted, self->m_grants.add(*wanted));
    }
    const auto resolved =
        co_await resolve(self, answer.id, true, answer.code, answer.by, answer.door, tr("the code was right"));
    if (!granted || !self)
        co_return resolved;
    if (resolved)
        Q_EMIT self->audited({{u"what"_s, u"granted: "_s + granted->text},
                              {u"by"_s, answer.by},
                              {u"door"_s, answer.door},
                              {u"task"_s, granted->task.toString()},
                              {u"command"_s, granted->command},
                              {u"grant"_s, granted->id}});
    else
        SY_CO_TRY(self->m_grants.revoke(granted->id)); // it was not answered so
    co_return resolved;
}

Result<std::optional<Grant>> Confirmations::grantFor(const Answer& answer)
{
    if (answer.scope == u"once")
        return std::nullopt;
    const auto& request = m_open[answer.id].confirmation;
    const auto offer = std::ranges::find(request.offers, answer.scope, &GrantOffer::scope);
    if (offer == request.offers.end())
        return fail(ErrorCode::Invalid, tr("This command cannot be allowed ahead as “%1”.").arg(answer.scope.left(40)),
                    tr("Allow it this once."));
    SY_TRY_ASSIGN(const auto task, m_book.task(request.task));
    Grant grant;
    grant.scope = offer->scope;
    grant.text = offer->text;
    grant.folder = offer->folder;
    grant.project = task.spec.project;
    grant.task = request.task;
    grant.command = request.command;
    grant.cwd = request.cwd;
    grant.branch = request.branch;
    grant.reasons = request.reasons;
    grant.given = m_clock.now();
    grant.by = answer.by;
    grant.door = answer.door;
    return grant;
}

bool Confirmations::isLocal(const QString& door)
{
    return door == u"window" || door == u"command line" || door == u"socket";
}

QCoro::Task<Result<QString>> Confirmations::setOneTime(QPointer<Confirmations> self, bool on, Secret code, QString by,
                                                       QString door)
{
    SY_CO_TRY(onlyHere(door));
    if (!self->m_vault.isSet())
        co_return fail(ErrorCode::Conflict, tr("No confirmation code has been chosen yet."),
                       tr("Choose one in the settings or with `swy code set`."));
    SY_CO_TRY(self->m_guard.check(self->m_clock.now()));
    const auto before = self->m_guard;
    self->countTry();
    SY_CO_TRY(co_await self->save(nullptr));
    if (!self)
        co_return fail(ErrorCode::Cancelled, tr("The engine is ending."));
    const auto work = [vault = self->m_vault, oneTime = self->m_oneTime, on, code]() -> Result<QString> {
        SY_TRY(vault.verify(code));
        if (!on) {
            SY_TRY(oneTime.disable());
            return QString();
        }
        SY_TRY_ASSIGN(const auto uri, oneTime.enable(qEnvironmentVariable("USER", u"you"_s)));
        return QString::fromUtf8(uri.reveal());
    };
    const auto done = co_await QtConcurrent::run(work);
    if (!self)
        co_return done;
    if (done || done.error().code != ErrorCode::Forbidden) {
        self->m_guard = done ? GuessGuard() : before;
        self->save(nullptr);
    }
    Q_EMIT self->audited({{u"what"_s, !done ? u"one-time passwords not changed"_s
                                      : on  ? u"one-time passwords set up"_s
                                            : u"one-time passwords switched off"_s},
                          {u"by"_s, by},
                          {u"door"_s, door},
                          {u"why"_s, done ? QString() : done.error().message}});
    co_return done;
}

QCoro::Task<Result<>> Confirmations::setCode(QPointer<Confirmations> self, Secret newCode, Secret oldCode, QString by,
                                             QString door)
{
    SY_CO_TRY(onlyHere(door));
    const bool first = !self->m_vault.isSet();
    const auto changed = co_await change(self, newCode, oldCode);
    if (self)
        Q_EMIT self->audited({{u"what"_s, !changed ? u"code not changed"_s
                                          : first  ? u"code chosen"_s
                                                   : u"code changed"_s},
                              {u"by"_s, by},
                              {u"door"_s, door},
                              {u"why"_s, changed ? QString() : changed.error().message}});
    co_return changed;
}

QCoro::Task<Result<>> Confirmations::change(QPointer<Confirmations> self, Secret newCode, Secret oldCode)
{
    const bool guessing = self->m_vault.isSet();
    if (guessing) {
        SY_CO_TRY(self->m_guard.check(self->m_clock.now()));
        self->countTry();
        SY_CO_TRY(co_await self->save(nullptr));
        if (!self)
            co_return fail(ErrorCode::Cancelled, tr("The engine is ending."));
    }
    const auto result =
        co_await QtConcurrent::run([vault = self->m_vault, newCode, oldCode] { return vault.set(newCode, oldCode); });
    if (self && guessing && (result || result.error().code != ErrorCode::Forbidden)) {
        self->m_guard = {};
        self->save(nullptr);
    }
    co_return result;
}

} // namespace switchyard::engine
