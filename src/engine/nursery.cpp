#include "engine/nursery.h"

#include "base/json.h"

#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcNursery, "switchyard.nursery")

namespace switchyard::engine {

namespace {
constexpr std::chrono::milliseconds firstPause{1000};
constexpr std::chrono::milliseconds answerLimit{10'000};
constexpr int mostFailures = 5;
constexpr qsizetype titleRoom = 160; // of the arguments, for those of a runner
} // namespace

Nursery::Nursery(QString program, QObject* parent) : QObject(parent), m_program(std::move(program))
{
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &Nursery::begin);
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, &m_process, &QProcess::kill);
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &Nursery::read);
    connect(&m_process, &QProcess::finished, this, &Nursery::ended);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            ended();
    });
    m_process.setStandardErrorFile(QProcess::nullDevice());
    begin();
}

Nursery::~Nursery()
{
    m_process.disconnect(this);
    m_process.kill(); // it holds nothing
}

void Nursery::begin()
{
    auto environment = QProcessEnvironment::systemEnvironment();
    // Linked once, ahead: pages that every runner would otherwise write for itself.
    environment.insert(u"LD_BIND_NOW"_s, u"1"_s);
    m_process.setProcessEnvironment(environment);
    m_process.start(m_program, {u"runner"_s, u"--nursery"_s, QString(titleRoom, u' ')});
}

void Nursery::start(const QJsonObject& request, Answer answer)
{
    m_open.emplaceBack(std::move(answer));
    if (!m_patience.isActive())
        m_patience.start(answerLimit);
    m_process.write(compactJson(request) + '\n');
}

void Nursery::read()
{
    while (m_process.canReadLine()) {
        const auto json = parseObject(m_process.readLine(), u"answer"_s);
        if (!json) {
            m_process.kill();
            return;
        }
        if (json->contains(u"ready"_s)) {
            m_ready = true;
            m_failures = 0;
        } else if (!m_open.isEmpty()) {
            const auto answer = m_open.dequeue();
            m_open.isEmpty() ? m_patience.stop() : m_patience.start(answerLimit);
            if (const auto pid = (*json)[u"pid"].toInteger(); pid > 0)
                answer(pid);
            else
                answer(fail(ErrorCode::Unavailable, (*json)[u"error"].toString()));
        }
    }
}

void Nursery::ended()
{
    m_ready = false;
    m_patience.stop();
    for (const auto& answer : std::exchange(m_open, {}))
        answer(fail(ErrorCode::Unavailable, u"The nursery has ended."_s));
    if (++m_failures > mostFailures) {
        qCWarning(lcNursery) << "no runner is kept ready any more: it has ended too often";
        return;
    }
    m_again.start(firstPause * (1 << m_failures));
}

} // namespace switchyard::engine
