#include "llm/script.h"

#include "base/json.h"

#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QRegularExpression>
#include <QTimer>

namespace switchyard::llm {

namespace {

constexpr qsizetype excerptCharacters = 300;

Script::Condition readCondition(const QJsonObject& json, const QString& where, Result<>& problem)
{
    JsonReader reader(json, where + u".last_result"_s);
    Script::Condition when;
    when.tool = reader.text("tool"_L1, {});
    when.contains = reader.text("contains"_L1, {});
    if (json[u"exit_code"].toString() == u"nonzero")
        when.nonzero = true;
    else if (reader.has("exit_code"_L1))
        when.exitCode = int(reader.integer("exit_code"_L1));
    if (reader.has("refused"_L1))
        when.refused = reader.boolean("refused"_L1, false);
    if (problem)
        problem = reader.finish();
    return when;
}

Result<Script::Variant> readVariant(const QJsonObject& json, const QString& where)
{
    JsonReader reader(json, where);
    Script::Variant variant;
    Result<> condition;
    variant.when = readCondition(reader.object("when"_L1)[u"last_result"].toObject(), where, condition);
    SY_TRY(condition);
    variant.thought = reader.text("thought"_L1, {});
    variant.text = reader.text("text"_L1, {});
    variant.pauseMs = int(reader.integer("pause_ms"_L1, 0));
    const auto usage = reader.object("usage"_L1);
    variant.usage = {usage[u"input"].toInteger(), usage[u"output"].toInteger(), usage[u"cache_read"].toInteger(),
                     usage[u"cache_write"].toInteger()};
    for (const auto& value : reader.array("tool_calls"_L1)) {
        JsonReader call(value.toObject(), where + u".tool_calls"_s);
        variant.calls.append({{}, call.text("name"_L1), call.object("input"_L1), {}});
        SY_TRY(call.finish());
    }
    SY_TRY(reader.finish());
    return variant;
}

const ToolResult* lastResult(const Request& request)
{
    if (request.messages.isEmpty() || request.messages.last().results.isEmpty())
        return nullptr;
    return &request.messages.last().results.last();
}

QString describeResult(const ToolResult* result)
{
    if (!result)
        return u"no tool result"_s;
    auto text = result->text;
    if (text.size() > excerptCharacters)
        text = u"…"_s + text.last(excerptCharacters);
    return u"%1 %2: %3"_s.arg(result->tool, QString::fromUtf8(compactJson(result->facts)), text.trimmed());
}

class ScriptedCompletion final : public Completion
{
public:
    ScriptedCompletion(std::shared_ptr<const Script> script, QString model, const Request& request)
        : m_script(std::move(script)), m_model(std::move(model)), m_turn(request.turn)
    {
        if (const auto* last = lastResult(request))
            m_last = *last;
        m_timer.setSingleShot(true);
        connect(&m_timer, &QTimer::timeout, this, &ScriptedCompletion::step);
    }

    void start() override { m_timer.start(m_script->paceMs); }

private:
    void stop() override { m_timer.stop(); }

    void step()
    {
        if (!m_variant && !choose())
            return;
        if (!m_pieces.isEmpty()) {
            const auto [isThought, piece] = m_pieces.takeFirst();
            if (isThought)
                Q_EMIT thought(piece);
            else
                Q_EMIT text(piece);
            if (!isDone()) // a receiver may have cancelled
                m_timer.start(m_pieces.isEmpty() ? m_variant->pauseMs : m_script->paceMs);
            return;
        }
        Message message{Message::Role::Assistant, m_variant->text, {}, m_variant->calls, {}};
        if (!m_variant->thought.isEmpty())
            message.thinking.append({m_variant->thought, {}, {}});
        for (int i = 0; i < message.calls.size(); ++i)
            message.calls[i].id = u"call_%1_%2"_s.arg(m_turn + 1).arg(i + 1);
        finish(Answer{message, m_variant->usage, message.calls.isEmpty() ? StopReason::EndTurn : StopReason::ToolUse,
                      m_model});
    }

    bool choose()
    {
        if (m_turn >= m_script->turns.size()) {
            finish(
                fail(ErrorCode::Limit,
                     u"The script “%1” has ended: it has %2 turns."_s.arg(m_script->name).arg(m_script->turns.size()),
                     u"A scripted model says only what was written down for it; choose another model."_s));
            return false;
        }
        const auto* last = m_last ? &*m_last : nullptr;
        const auto& turn = m_script->turns[m_turn];
        const auto fitting = std::ranges::find_if(turn, [&](const auto& v) { return v.when.matches(last); });
        if (fitting == turn.end()) {
            QStringList expected;
            for (const auto& variant : turn)
                expected << variant.when.toString();
            finish(fail(ErrorCode::Conflict,
                        u"The script went off the rails at turn %1 of %2: expected %3, got %4"_s.arg(m_turn + 1)
                            .arg(m_script->turns.size())
                            .arg(expected.join(u" or "_s), describeResult(last))));
            return false;
        }
        m_variant = &*fitting;
        addPieces(true, m_variant->thought);
        addPieces(false, m_variant->text);
        return true;
    }

    void addPieces(bool isThought, const QString& words)
    {
        if (m_script->paceMs == 0 && !words.isEmpty()) {
            m_pieces.append({isThought, words});
            return;
        }
        static const QRegularExpression word(u"\\s*\\S+\\s*?"_s);
        qsizetype end = 0;
        for (const auto& match : word.globalMatch(words)) {
            m_pieces.append({isThought, match.captured()});
            end = match.capturedEnd();
        }
        if (end > 0 && end < words.size())
            m_pieces.last().second += words.sliced(end);
    }

    const std::shared_ptr<const Script> m_script;
    const QString m_model;
    const int m_turn;
    std::optional<ToolResult> m_last;
    const Script::Variant* m_variant = nullptr;
    QList<std::pair<bool, QString>> m_pieces;
    QTimer m_timer;
};

} // namespace

bool Script::Condition::matches(const ToolResult* last) const
{
    if (isAny())
        return true;
    if (!last || (!tool.isEmpty() && last->tool != tool) || !last->text.contains(contains))
        return false;
    if (refused && last->facts[u"refused"].toBool() != *refused)
        return false;
    const auto code = last->facts[u"exit_code"];
    if (exitCode && (!code.isDouble() || code.toInt() != *exitCode))
        return false;
    return !nonzero || (code.isDouble() && code.toInt() != 0);
}

QString Script::Condition::toString() const
{
    QStringList parts;
    if (!tool.isEmpty())
        parts << tool;
    if (exitCode)
        parts << u"with exit code %1"_s.arg(*exitCode);
    if (nonzero)
        parts << u"with an exit code other than 0"_s;
    if (refused)
        parts << (*refused ? u"refused"_s : u"not refused"_s);
    if (!contains.isEmpty())
        parts << u"with “%1” in its result"_s.arg(contains);
    return parts.isEmpty() ? u"anything"_s : parts.join(u' ');
}

Result<Script> Script::parse(const QByteArray& json, const QString& where)
{
    SY_TRY_ASSIGN(const auto object, parseObject(json, where));
    JsonReader reader(object, where);
    Script script;
    script.name = reader.text("name"_L1, where);
    script.paceMs = int(reader.integer("pace_ms"_L1, 0));
    const auto turns = reader.array("turns"_L1);
    if (turns.isEmpty())
        reader.reject("turns"_L1, u"at least one turn was expected"_s);
    SY_TRY(reader.finish());
    for (const auto& value : turns) {
        const auto place = u"%1.turns[%2]"_s.arg(where).arg(script.turns.size());
        JsonReader turnReader(value.toObject(), place);
        // A turn without a choice may be written without the list around its only variant.
        auto variants = turnReader.array("variants"_L1);
        if (!turnReader.has("variants"_L1))
            variants.append(value);
        SY_TRY(turnReader.finish());
        Turn turn;
        for (const auto& variant : variants) {
            SY_TRY_ASSIGN(const auto read, readVariant(variant.toObject(), place));
            turn.append(read);
        }
        script.turns.append(turn);
    }
    return script;
}

Result<Script> Script::load(const QString& fileOrDemo)
{
    const bool demo = fileOrDemo == u"demo";
    QFile file(demo ? u":/switchyard/demo/calculator.json"_s : fileOrDemo);
    if (!file.exists())
        return fail(ErrorCode::NotFound, u"There is no script “%1”."_s.arg(fileOrDemo),
                    u"Give the path of a script file, or script:demo."_s);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"The script %1 cannot be read: %2."_s.arg(fileOrDemo, file.errorString()));
    return parse(file.readAll(), demo ? u"demo"_s : fileOrDemo);
}

ScriptedProvider::ScriptedProvider(Script script, ModelInfo model, std::optional<std::chrono::milliseconds> pace)
    : m_model(std::move(model))
{
    if (pace) {
        for (auto& turn : script.turns) // the pauses belong to the pace
            for (auto& variant : turn)
                variant.pauseMs = script.paceMs > 0 ? int(variant.pauseMs * pace->count() / script.paceMs) : 0;
        script.paceMs = int(pace->count());
    }
    if (!m_model.prices)
        m_model.prices = TokenPrices{}; // written down beforehand: it costs nothing
    m_script = std::make_shared<const Script>(std::move(script));
}

std::unique_ptr<Completion> ScriptedProvider::complete(const Request& request)
{
    return std::make_unique<ScriptedCompletion>(m_script, m_model.name, request);
}

QString demoGoal()
{
    return u"Build a calculator with tests"_s;
}

QMap<QString, QByteArray> demoProject()
{
    static const QString root = u":/switchyard/demo/project/"_s;
    QMap<QString, QByteArray> files;
    QDirIterator entries(root, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (entries.hasNext()) {
        QFile file(entries.next());
        if (file.open(QIODevice::ReadOnly))
            files.insert(file.fileName().sliced(root.size()), file.readAll());
    }
    return files;
}

} // namespace switchyard::llm
