#pragma once

#include <QIODevice>
#include <QSocketNotifier>

namespace switchyard::rpc {

//! Standard input and output (or any two descriptors, or a socket as both) as one non-blocking QIODevice, for programs
//! that speak JSON-RPC over stdio and for clients of the engine. Closes nothing. Emits readChannelFinished() once at
//! the end of input. Writes are kept until the reader takes them.
class StdioDevice : public QIODevice
{
    Q_OBJECT
public:
    explicit StdioDevice(int input = 0, int output = 1, QObject* parent = nullptr);

    bool isSequential() const override { return true; }
    qint64 bytesAvailable() const override;
    qint64 bytesToWrite() const override { return m_outgoing.size(); }

protected:
    qint64 readData(char* data, qint64 size) override;
    qint64 writeData(const char* data, qint64 size) override;

private:
    void receive();
    void flush();

    const int m_input;
    const int m_output;
    QSocketNotifier m_readable;
    QSocketNotifier m_writable;
    QByteArray m_incoming;
    QByteArray m_outgoing;
};

} // namespace switchyard::rpc
