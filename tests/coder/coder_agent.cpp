// What `swy agent` is, without the rest of swy.
#include "coder/agent_main.h"

#include "rpc/stdio_device.h"

#include <QCommandLineParser>
#include <QCoreApplication>

using namespace switchyard;

int main(int argc, char** argv)
{
    coder::protectProcess();
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{u"model"_s, u"model"_s, u"name"_s}, {u"sessions"_s, u"folder"_s, u"path"_s}});
    parser.process(app);
    const auto prices = llm::PriceTable::load();
    if (!prices) {
        qCritical("%s", qUtf8Printable(describe(prices.error())));
        return 1;
    }
    coder::AgentOptions options;
    options.model = parser.value(u"model"_s);
    options.sessionsFolder = parser.value(u"sessions"_s);
    options.version = QStringLiteral(SWITCHYARD_VERSION);
    options.models.environment = QProcessEnvironment::systemEnvironment();
    options.models.prices = *prices;
    rpc::StdioDevice stdio;
    coder::AgentProgram program(&stdio, options);
    QObject::connect(&program, &coder::AgentProgram::finished, &app,
                     [](int status) { QCoreApplication::exit(status); });
    return app.exec();
}
