#include "secrets/keyring.h"

#include <QAbstractEventDispatcher>
#include <QCoro/QCoroSignal>
#include <QPointer>
#include <qt6keychain/keychain.h>
#include <QTimer>

#include <dlfcn.h>

namespace switchyard::secrets {

namespace {

const auto service = u"switchyard"_s;

Error errorOf(const QKeychain::Job& job, const QString& name)
{
    switch (job.error()) {
    case QKeychain::EntryNotFound:
        return {ErrorCode::NotFound, u"The keyring has no entry “%1”."_s.arg(name),
                u"Store it with: swy key set %1"_s.arg(name)};
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return {ErrorCode::Forbidden, u"The keyring was not opened for “%1”."_s.arg(name),
                u"Unlock it and try again."_s};
    default:
        return {
            ErrorCode::Unavailable, u"There is no keyring to use: %1"_s.arg(job.errorString()),
            u"Start a session with one (GNOME Keyring, KWallet, KeePassXC), set the agent's variable in the "
            "environment of the engine, or keep the key in a file only you can read: swy key set --in-file %1"_s.arg(
                name)};
    }
}

//! QtKeychain's way to the Secret Service answers through GLib's event loop. Where Qt turns another one (QT_NO_GLIB, as
//! our programs without a window), GLib's is turned here for as long as this lives.
class GLibLoop
{
public:
    GLibLoop()
    {
        constexpr milliseconds pause{10};
        constexpr int mostAtOnce = 50;
        const auto* const ours = QAbstractEventDispatcher::instance();
        using Turn = int (*)(void* context, int mayBlock);
        const auto turn = reinterpret_cast<Turn>(dlsym(RTLD_DEFAULT, "g_main_context_iteration"));
        if (!turn || (ours && ours->inherits("QEventDispatcherGlib")))
            return;
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [turn] {
            for (int i = 0; i < mostAtOnce && turn(nullptr, 0) != 0; ++i) {
            }
        });
        m_timer.start(pause);
    }

private:
    QTimer m_timer;
};

class DesktopKeyring final : public Keyring
{
public:
    explicit DesktopKeyring(milliseconds limit) : m_limit(limit) {}

    QCoro::Task<Result<Secret>> get(QString name) override
    {
        QPointer job(new QKeychain::ReadPasswordJob(service));
        job->setKey(name);
        SY_CO_TRY(co_await done(job.data(), name, m_limit));
        Secret value(job->binaryData());
        job->deleteLater();
        co_return value;
    }
    QCoro::Task<Result<>> set(QString name, Secret value) override
    {
        QPointer job(new QKeychain::WritePasswordJob(service));
        job->setKey(name);
        job->setTextData(QString::fromUtf8(value.reveal())); // readable in the desktop's own dialog
        SY_CO_TRY(co_await done(job.data(), name, m_limit));
        job->deleteLater();
        co_return {};
    }
    QCoro::Task<Result<>> remove(QString name) override
    {
        QPointer job(new QKeychain::DeletePasswordJob(service));
        job->setKey(name);
        SY_CO_TRY(co_await done(job.data(), name, m_limit));
        job->deleteLater();
        co_return {};
    }

private:
    //! After a failure the job is gone, or goes by itself once it has an answer after all.
    static QCoro::Task<Result<>> done(QPointer<QKeychain::Job> job, QString name, milliseconds limit)
    {
        job->setAutoDelete(false);
        job->setInsecureFallback(false);
        const GLibLoop loop;
        job->start();
        const auto ended = co_await qCoro(job.data(), &QKeychain::Job::finished, limit);
        if (!ended) {
            if (job)
                job->setAutoDelete(true);
            co_return fail(ErrorCode::Unavailable,
                           u"The keyring did not answer within %1 s."_s.arg(limit.count() / 1000),
                           u"It may be locked: unlock it and try again."_s);
        }
        if (job->error() == QKeychain::NoError)
            co_return {};
        const auto error = errorOf(*job, name);
        job->deleteLater();
        co_return fail(error);
    }

    const milliseconds m_limit;
};

} // namespace

std::unique_ptr<Keyring> desktopKeyring(milliseconds limit)
{
    return std::make_unique<DesktopKeyring>(limit);
}

} // namespace switchyard::secrets
