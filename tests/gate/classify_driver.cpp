#include "gate/gate.h"

#include <QCoreApplication>
#include <QCoro/QCoroCore>
#include <QFile>
#include <QJsonDocument>
#include <QTextStream>

using namespace switchyard;
using namespace switchyard::gate;

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const bool explain = app.arguments().value(1) == u"--explain";
    const auto gate = Gate::load();
    if (!gate) {
        QTextStream(stderr) << describe(gate.error()) << '\n';
        return 1;
    }
    QFile input, output;
    if (!input.open(stdin, QIODevice::ReadOnly) || !output.open(stdout, QIODevice::WriteOnly))
        return 1;
    for (QByteArray line = input.readLine(); !line.isEmpty(); line = input.readLine()) {
        if (explain) {
            output.write(
                QJsonDocument(QCoro::waitFor((*gate)->explain(QString::fromUtf8(line).trimmed(), {}))).toJson());
            continue;
        }
        const auto command = QJsonDocument::fromJson(line).object().value("command"_L1).toString();
        const auto judgement = QCoro::waitFor((*gate)->judge(command, {}));
        output.write(QJsonDocument(QJsonObject{{u"verdict"_s, verdictName(judgement.verdict)},
                                               {u"reason"_s, judgement.reasons.join(u"; "_s)},
                                               {u"category"_s, judgement.category}})
                         .toJson(QJsonDocument::Compact) +
                     '\n');
    }
    return 0;
}
