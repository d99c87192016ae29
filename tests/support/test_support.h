#pragma once

#include "base/paths.h"

#include <QCoro/QCoroTask>
#include <QEventLoop>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

namespace switchyard::testing {

//! A private set of XDG folders for one test. Short, so that socket addresses fit.
class TestRoot
{
public:
    TestRoot() : m_folder(QStringLiteral("/tmp/swy-test-XXXXXX"))
    {
        qputenv("SWITCHYARD_ROOT", m_folder.path().toUtf8());
        qputenv("HOME", m_folder.path().toUtf8());
        qputenv("GIT_CONFIG_GLOBAL", "/dev/null");
        paths = Paths::below(m_folder.path());
        if (!paths.ensure())
            qFatal("the test's folders cannot be made");
    }
    QString path(const QString& name = {}) const { return name.isEmpty() ? m_folder.path() : m_folder.filePath(name); }
    void keep() { m_folder.setAutoRemove(false); }
    Paths paths;

private:
    QTemporaryDir m_folder;
};

//! Runs the event loop until the coroutine has ended; aborts the test program if it has not within the limit, so that
//! a hang is a failure with a name.
template <typename T>
T await(QCoro::Task<T> task, std::chrono::milliseconds limit = std::chrono::seconds(30))
{
    QTimer guard;
    guard.setSingleShot(true);
    QObject::connect(&guard, &QTimer::timeout, &guard, [] { qFatal("a coroutine did not end within its limit"); });
    guard.start(limit);
    if constexpr (std::is_void_v<T>)
        QCoro::waitFor(std::move(task));
    else
        return QCoro::waitFor(std::move(task));
}

//! A program of ours, as built.
inline QString program(const QString& name)
{
    return qEnvironmentVariable("SWITCHYARD_BIN_DIR") + QLatin1Char('/') + name;
}

inline void writeFile(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("a test file cannot be written");
}

inline QByteArray readFile(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace switchyard::testing
