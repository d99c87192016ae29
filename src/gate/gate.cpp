#include "gate/gate.h"

#include "gate/analysis.h"
#include "gate/shell_gate.h"
#include "gate/shell_reader.h"

#include <QDir>
#include <QFile>

namespace switchyard::gate {

QString verdictName(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Safe:
        return u"safe"_s;
    case Verdict::Confirm:
        return u"confirm"_s;
    case Verdict::Deny:
        return u"deny"_s;
    }
    return u"confirm"_s;
}

QJsonObject Judgement::toJson() const
{
    QJsonArray spans;
    for (const auto& mark : marks)
        spans.append(QJsonObject{{u"start"_s, mark.start}, {u"length"_s, mark.length}});
    return {{u"verdict"_s, verdictName(verdict)},
            {u"category"_s, category},
            {u"reasons"_s, QJsonArray::fromStringList(reasons)},
            {u"rule"_s, rule},
            {u"marks"_s, spans}};
}

namespace {
QCoro::Task<std::shared_ptr<Analysis>> analyse(std::shared_ptr<const RuleBook> rules, ShellReader reader,
                                               QString command, Context context)
{
    const auto analysis = std::make_shared<Analysis>(std::move(rules), std::move(context));
    PendingScript first;
    first.text = std::move(command);
    first.origin = {0, first.text.size()};
    first.label = u"command"_s;
    first.whole = true;
    analysis->addScript(first);
    bool inTime = true; // a parser that hangs is not waited for again
    while (const auto script = analysis->nextScript()) {
        if (!analysis->admit(*script))
            continue;
        Result<QJsonObject> tree = fail(ErrorCode::Timeout, u"The command could not be read in time."_s);
        for (int tries = inTime ? 2 : 0; tries > 0 && !tree && tree.error().code == ErrorCode::Timeout; --tries)
            tree = co_await reader.read(script->text);
        inTime = tree || tree.error().code != ErrorCode::Timeout;
        if (tree)
            analysis->parsed(*script, *tree);
        else
            analysis->unreadable(*script, tree.error());
    }
    co_return analysis;
}

class ShellGate final : public Gate
{
public:
    ShellGate(std::shared_ptr<const RuleBook> rules, ShellReader reader)
        : m_rules(std::move(rules)), m_reader(std::move(reader))
    {
    }

    // Both only start what owns all it needs: the gate may go while a parser runs.
    QCoro::Task<Judgement> judge(QString command, Context context) const override
    {
        const auto analysis = co_await analyse(m_rules, m_reader, std::move(command), std::move(context));
        co_return analysis->judgement();
    }
    QCoro::Task<QJsonObject> explain(QString command, Context context) const override
    {
        const auto analysis = co_await analyse(m_rules, m_reader, std::move(command), std::move(context));
        co_return analysis->explanation();
    }

private:
    const std::shared_ptr<const RuleBook> m_rules;
    const ShellReader m_reader;
};

class ClosedGate final : public Gate
{
public:
    explicit ClosedGate(const QString& why)
    {
        m_judgement.category = u"unreadable"_s;
        m_judgement.reasons = {why};
        m_judgement.rule = u"gate.closed"_s;
    }
    QCoro::Task<Judgement> judge(QString command, Context) const override
    {
        auto judgement = m_judgement;
        judgement.marks = {{0, command.size()}};
        co_return judgement;
    }
    QCoro::Task<QJsonObject> explain(QString, Context) const override { co_return m_judgement.toJson(); }

private:
    Judgement m_judgement;
};
} // namespace

std::shared_ptr<const Gate> makeGate(std::shared_ptr<const RuleBook> rules, ShellReader reader)
{
    return std::make_shared<ShellGate>(std::move(rules), std::move(reader));
}

Result<std::shared_ptr<const Gate>> Gate::load(const QString& userRules, const QList<RuleFile>& ofProject)
{
    SY_TRY_ASSIGN(const auto rules, RuleBook::builtIn());
    const QDir folder(userRules);
    const auto names = userRules.isEmpty() ? QStringList() : folder.entryList({u"*.json"_s}, QDir::Files, QDir::Name);
    for (const auto& name : names) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            return fail(ErrorCode::Io,
                        u"The rules in %1 cannot be read: %2."_s.arg(file.fileName(), file.errorString()));
        SY_TRY(rules->add(file.readAll(), file.fileName(), true));
    }
    for (const auto& file : ofProject)
        SY_TRY(rules->addOfProject(file.json, file.name));
    return makeGate(rules, ShellReader::find());
}

std::shared_ptr<const Gate> Gate::failClosed(const QString& why)
{
    return std::make_shared<ClosedGate>(why);
}

} // namespace switchyard::gate
