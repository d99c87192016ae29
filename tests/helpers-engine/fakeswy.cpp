#include "api/engine_program.h"
#include "fake_runner.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QTextStream>
#include <QThread>

using namespace switchyard;

namespace {

int failed(const Error& error)
{
    QTextStream(stderr) << "swy: " << describe(error) << '\n';
    return 1;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{u"task"_s, {}, u"id"_s}, {u"attempt"_s, {}, u"n"_s}, {u"slots"_s, {}, u"n"_s, u"0"_s}});
    parser.addPositionalArgument(u"mode"_s, {});
    parser.process(app);
    const auto paths = Paths::fromEnvironment();
    if (parser.positionalArguments().value(0) == u"engine") {
        api::EngineProgram engine(
            paths, {.slots = parser.value(u"slots"_s).toInt(), .runnerProgram = app.applicationFilePath()});
        if (const auto started = engine.start(); !started)
            return failed(started.error());
        QObject::connect(&engine, &api::EngineProgram::finished, &app, &QCoreApplication::exit);
        return app.exec();
    }
    const auto id = TaskId::parse(parser.value(u"task"_s));
    if (!id)
        return failed(id.error());
    const int attempt = parser.value(u"attempt"_s).toInt();
    QFile spec(paths.runnerSpec(*id, attempt));
    const auto text = spec.open(QIODevice::ReadOnly) ? spec.readAll() : QByteArray();
    if (text.contains("\"goal\":\"refuse"))
        return failed({ErrorCode::Invalid, u"no such model"_s, {}});
    if (const auto late = text.indexOf("\"goal\":\"late:"); late > 0)
        QThread::msleep(text.mid(late + 13, 5).split(' ').first().split('"').first().toULong());
    testing::FakeRunner runner(paths, *id, attempt);
    if (const auto started = runner.start(); !started)
        return failed(started.error());
    QObject::connect(&runner, &testing::FakeRunner::finished, &app, [&app] { app.exit(0); });
    return app.exec();
}
