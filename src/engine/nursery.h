#pragma once

#include "base/result.h"

#include <QJsonObject>
#include <QProcess>
#include <QQueue>
#include <QTimer>

#include <functional>

namespace switchyard::engine {

//! The engine's side of `swy runner --nursery` (docs/protocols.md): a process kept ready that becomes runners. Whoever
//! finds it not ready starts a runner in the ordinary way. Started again when it dies, but not for ever; killed when it
//! does not answer in time, so that nothing is started that nobody waits for any more.
class Nursery : public QObject
{
    Q_OBJECT
public:
    explicit Nursery(QString program, QObject* parent = nullptr);
    ~Nursery() override;

    bool isReady() const { return m_ready; }
    qint64 pid() const { return m_process.processId(); }
    using Answer = std::function<void(const Result<qint64>& pid)>;
    //! Exactly one answer each, in order, never from within this call. Only when ready.
    void start(const QJsonObject& request, Answer answer);

private:
    void begin();
    void read();
    void ended();

    const QString m_program;
    QProcess m_process;
    QTimer m_again, m_patience;
    QQueue<Answer> m_open;
    bool m_ready = false;
    int m_failures = 0; //!< in a row
};

} // namespace switchyard::engine
