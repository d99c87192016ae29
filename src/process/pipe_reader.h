#pragma once

#include "process/descriptor.h"

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <chrono>

namespace switchyard::process {

//! Reads a child's pipe as it fills, in pieces of at most 256 KiB, and knows when to stop: at its end, or, when the
//! child has ended but others keep the pipe open, once all that the child wrote was read and 500 ms were silent (2 s at
//! most).
//! What comes after a silence is read at once. A child that goes on in drops (a write for each line) is then looked at
//! once a millisecond only: a look for each drop would cost both sides more than the work itself. The pipe starts
//! small, for all pipes of a user share one limit, and grows when a child fills it.
class PipeReader : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype pieceBytes = 256 << 10;
    //! Reads nothing before setReading(true).
    explicit PipeReader(Descriptor pipe);

    void setReading(bool reading);
    bool isReading() const { return m_reading; }
    void childEnded();
    bool hasEnded() const { return m_ended; }

Q_SIGNALS:
    void bytes(const QByteArray& piece);
    void ended(); // once, the last signal

private:
    void readSome();
    void waitForMore(qsizetype got);
    void grow();
    void discardSome();
    void end();

    Descriptor m_pipe;
    QSocketNotifier m_notifier;
    QByteArray m_buffer;
    QTimer m_rest;
    QTimer m_silence;
    QTimer m_latest;
    std::chrono::steady_clock::time_point m_readAt;
    int m_capacity = 0;
    int m_owed = 0; //!< bytes in the pipe when the child ended, not read yet
    bool m_mayGrow = true;
    bool m_reading = false;
    bool m_childEnded = false;
    bool m_ended = false;
};

} // namespace switchyard::process
