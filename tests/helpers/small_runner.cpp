// A minimal runner: a subreaper that holds one command, to be killed. small_runner PROGRAM [ARGUMENT…]
// SWITCHYARD_TEST_GROUP: an attempt's control group, which it joins.

#include "process/attempt_group.h"
#include "process/command.h"
#include "process/process_tree.h"

#include <QCoreApplication>

#include <cstdio>

int main(int count, char** arguments)
{
    const QCoreApplication app(count, arguments);
    if (!switchyard::process::becomeSubreaper())
        return 2;
    std::optional<switchyard::process::AttemptGroup> group;
    if (const auto path = qEnvironmentVariable("SWITCHYARD_TEST_GROUP"); !path.isEmpty()) {
        auto joined = switchyard::process::AttemptGroup::join(path, 0, 0, 100);
        if (!joined)
            return 3;
        group.emplace(std::move(*joined));
    }
    switchyard::process::Command command;
    QObject::connect(&command, &switchyard::process::Command::output, &app, [](const QByteArray& piece) {
        std::fwrite(piece.constData(), 1, size_t(piece.size()), stdout);
        std::fflush(stdout);
    });
    QObject::connect(&command, &switchyard::process::Command::finished, &app, &QCoreApplication::quit);
    switchyard::process::CommandLine line;
    line.program = app.arguments().value(1);
    line.arguments = app.arguments().sliced(2);
    line.cwd = QStringLiteral("/");
    command.start(line);
    return QCoreApplication::exec();
}
