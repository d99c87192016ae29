#pragma once

#include <QProcess>
#include <QTest>

namespace switchyard::testing {

//! git in `folder`, with an author and without the settings of whoever runs the test.
inline void git(const QString& folder, const QStringList& arguments)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("GIT_CONFIG_GLOBAL"), QStringLiteral("/dev/null"));
    for (const auto& name : {QStringLiteral("GIT_AUTHOR_"), QStringLiteral("GIT_COMMITTER_")}) {
        environment.insert(name + QStringLiteral("NAME"), QStringLiteral("t"));
        environment.insert(name + QStringLiteral("EMAIL"), QStringLiteral("t@example.org"));
    }
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral("git"), arguments);
    QVERIFY(process.waitForFinished());
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
}

} // namespace switchyard::testing
