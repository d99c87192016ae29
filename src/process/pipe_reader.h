#pragma once

#include "process/descriptor.h"

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

namespace switchyard::process {

//! Reads a child's pipe as it fills, in pieces of at most 64 KiB, and knows when to stop: at its end, or, when the
//! child has ended but others keep the pipe open, once all that the child wrote was read and 500 ms were silent (2 s at
//! most).
class PipeReader : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype pieceBytes = 64 << 10;
    //! Reads nothing before setReading(true).
    explicit PipeReader(Descriptor pipe);

    void setReading(bool reading);
    bool isReading() const { return m_notifier.isEnabled(); }
    void childEnded();
    bool hasEnded() const { return m_ended; }

Q_SIGNALS:
    void bytes(const QByteArray& piece);
    void ended(); // once, the last signal

private:
    void readSome();
    void discardSome();
    void end();

    Descriptor m_pipe;
    QSocketNotifier m_notifier;
    QByteArray m_buffer;
    QTimer m_silence;
    QTimer m_latest;
    int m_owed = 0; //!< bytes in the pipe when the child ended, not read yet
    bool m_childEnded = false;
    bool m_ended = false;
};

} // namespace switchyard::process
