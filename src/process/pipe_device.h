#pragma once

#include "process/descriptor.h"

#include <QIODevice>
#include <QSocketNotifier>

namespace switchyard::process {

//! A child's standard input and output as one device: what is written is kept until the child takes it, what it prints
//! is handed in with receive(). Bounded: while more than 1 MiB waits unread, wantsMore() is false.
class PipeDevice : public QIODevice
{
    Q_OBJECT
public:
    explicit PipeDevice(Descriptor input);

    void receive(const QByteArray& bytes);
    void endOfOutput(); //!< readChannelFinished(), once
    void closeInput();  //!< the child sees the end of its input, after what was written before
    bool wantsMore() const { return m_incoming.size() < highWater; }

    bool isSequential() const override { return true; }
    qint64 bytesAvailable() const override { return m_incoming.size() + QIODevice::bytesAvailable(); }
    qint64 bytesToWrite() const override { return m_outgoing.size(); }
    bool canReadLine() const override { return m_incoming.contains('\n') || QIODevice::canReadLine(); }

Q_SIGNALS:
    void drained(); // wantsMore() is true again

protected:
    qint64 readData(char* data, qint64 size) override;
    qint64 writeData(const char* data, qint64 size) override;

private:
    static constexpr qsizetype highWater = 1 << 20;
    void flush();

    Descriptor m_input;
    QSocketNotifier m_writable;
    QByteArray m_incoming;
    QByteArray m_outgoing;
    bool m_closing = false;
    bool m_finished = false;
};

} // namespace switchyard::process
