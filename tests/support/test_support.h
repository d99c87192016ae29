#pragma once

#include "base/paths.h"

#include <QCoro/QCoroTask>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <concepts>

// The usual five seconds are not enough on a busy machine, less so with sanitizers. A test that passes waits no longer.
#undef QTRY_VERIFY
#undef QTRY_VERIFY2
#undef QTRY_COMPARE
#undef QTRY_COMPARE_EQ
#undef QTRY_COMPARE_NE
#undef QTRY_COMPARE_LT
#undef QTRY_COMPARE_LE
#undef QTRY_COMPARE_GT
#undef QTRY_COMPARE_GE
#define QTRY_VERIFY(expr) QTRY_VERIFY_WITH_TIMEOUT(expr, switchyard::testing::patience)
#define QTRY_VERIFY2(expr, message) QTRY_VERIFY2_WITH_TIMEOUT(expr, message, switchyard::testing::patience)
#define QTRY_COMPARE(actual, expected) QTRY_COMPARE_WITH_TIMEOUT(actual, expected, switchyard::testing::patience)
#define QTRY_COMPARE_EQ(actual, other) QTRY_COMPARE_EQ_WITH_TIMEOUT(actual, other, switchyard::testing::patience)
#define QTRY_COMPARE_NE(actual, other) QTRY_COMPARE_NE_WITH_TIMEOUT(actual, other, switchyard::testing::patience)
#define QTRY_COMPARE_LT(actual, other) QTRY_COMPARE_LT_WITH_TIMEOUT(actual, other, switchyard::testing::patience)
#define QTRY_COMPARE_LE(actual, other) QTRY_COMPARE_LE_WITH_TIMEOUT(actual, other, switchyard::testing::patience)
#define QTRY_COMPARE_GT(actual, other) QTRY_COMPARE_GT_WITH_TIMEOUT(actual, other, switchyard::testing::patience)
#define QTRY_COMPARE_GE(actual, other) QTRY_COMPARE_GE_WITH_TIMEOUT(actual, other, switchyard::testing::patience)

namespace switchyard::testing {

constexpr std::chrono::seconds patience{60};

//! Runs the event loop until the condition holds; false if it does not within the test's patience.
bool waitFor(std::predicate auto condition)
{
    return QTest::qWaitFor(condition, QDeadlineTimer(patience));
}

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
T await(QCoro::Task<T> task, std::chrono::milliseconds limit = patience)
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
