#include "ui/settings/key_program.h"

#include "ui/settings/swy_program.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace switchyard::ui {

namespace {

QString nameOf(KeyProgram::Place place)
{
    return place == KeyProgram::Place::File ? u"file"_s : u"keyring"_s;
}

} // namespace

KeyProgram::KeyProgram(QString program, Limits limits) : m_program(std::move(program)), m_limits(limits) {}

bool KeyProgram::canName(const QString& name)
{
    static const QRegularExpression pattern(u"^[a-z0-9][a-z0-9._-]{0,39}$"_s);
    return pattern.match(name).hasMatch();
}

QCoro::Task<Result<QByteArray>> KeyProgram::run(QString program, QStringList words, std::optional<Secret> input,
                                                milliseconds limit)
{
    auto answer = co_await SwyProgram::run(program, words, std::move(input), limit);
    if (!answer && answer.error().code == ErrorCode::Timeout)
        answer.error().hint = tr("The keyring may be locked: unlock it and try again.");
    co_return answer;
}

QCoro::Task<Result<QList<KeyProgram::Key>>> KeyProgram::keys() const
{
    SY_CO_TRY_ASSIGN(const auto text, co_await run(m_program, {u"key"_s, u"list"_s, u"--json"_s}, {}, m_limits.look));
    const auto keys = QJsonDocument::fromJson(text)[u"keys"];
    if (!keys.isArray())
        co_return fail(ErrorCode::Invalid, tr("What swy says about the keys is not understood."),
                       tr("It may be of another version than this window: install both together."));
    QList<Key> result;
    for (const auto& key : keys.toArray())
        result << Key{key[u"name"].toString(), key[u"place"] == nameOf(Place::File) ? Place::File : Place::Keyring};
    std::ranges::sort(result, {}, &Key::name);
    co_return result;
}

QCoro::Task<Result<>> KeyProgram::set(QString name, Secret key, Place place) const
{
    QStringList words{u"key"_s, u"set"_s};
    if (place == Place::File)
        words << u"--in-file"_s;
    SY_CO_TRY(co_await run(m_program, words << u"--"_s << name, std::move(key), m_limits.change));
    co_return {};
}

QCoro::Task<Result<>> KeyProgram::remove(QString name) const
{
    SY_CO_TRY(co_await run(m_program, {u"key"_s, u"remove"_s, u"--"_s, name}, {}, m_limits.change));
    co_return {};
}

} // namespace switchyard::ui
