#include "secrets/key_store.h"

#include "base/json.h"

#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>

namespace switchyard::secrets {

namespace {

constexpr qsizetype longestValue = 64 << 10;

Result<> checkName(const QString& name)
{
    static const QRegularExpression pattern(u"^[a-z0-9][a-z0-9._-]{0,39}$"_s);
    if (pattern.match(name).hasMatch())
        return {};
    return fail(ErrorCode::Invalid, u"“%1” cannot name a key."_s.arg(name.left(60)),
                u"Use up to 40 lower-case letters, digits, dots, dashes and underscores, such as anthropic."_s);
}

std::unexpected<Error> unknown(const QString& name)
{
    return fail(ErrorCode::NotFound, u"There is no key “%1”."_s.arg(name.left(60)),
                u"Store it with: swy key set %1"_s.arg(name.left(60)));
}

//! A file that others may read is no place for a secret.
Result<> checkPrivate(const QString& path)
{
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    if (QFileInfo(path).isSymLink() || (QFile::permissions(path) & others))
        return fail(ErrorCode::Forbidden, u"%1 can be read by others, so it is not used."_s.arg(path),
                    u"Change the keys in it at their providers, then: chmod 600 %1"_s.arg(path));
    return {};
}

} // namespace

KeyStore::KeyStore(const Paths& paths, std::unique_ptr<Keyring> keyring)
    : m_index(paths.config + u"/keys.json"_s), m_file(paths.config + u"/secrets.json"_s), m_keyring(std::move(keyring))
{
}

Result<QList<KeyStore::Entry>> KeyStore::entries() const
{
    QList<Entry> result;
    if (!QFileInfo::exists(m_index))
        return result;
    SY_TRY_ASSIGN(const auto json, readJsonFile(m_index));
    const auto keys = json[u"keys"].toObject();
    for (auto it = keys.begin(); it != keys.end(); ++it)
        result << Entry{it.key(), it->toString() == u"file" ? Place::File : Place::Keyring};
    return result;
}

Result<> KeyStore::writeEntries(const QList<Entry>& entries) const
{
    QJsonObject keys;
    for (const auto& entry : entries)
        keys.insert(entry.name, entry.place == Place::File ? u"file"_s : u"keyring"_s);
    return writeFileAtomically(m_index, compactJson({{u"v"_s, 1}, {u"keys"_s, keys}}));
}

Result<QJsonObject> KeyStore::fileValues() const
{
    if (!QFileInfo::exists(m_file))
        return QJsonObject();
    SY_TRY(checkPrivate(m_file));
    SY_TRY_ASSIGN(const auto json, readJsonFile(m_file));
    return json[u"keys"].toObject();
}

Result<> KeyStore::writeFileValue(const QString& name, const Secret* value) const
{
    SY_TRY_ASSIGN(auto values, fileValues());
    if (value)
        values.insert(name, QString::fromUtf8(value->reveal()));
    else
        values.remove(name);
    return writeFileAtomically(m_file, compactJson({{u"v"_s, 1}, {u"keys"_s, values}}));
}

QCoro::Task<Result<Secret>> KeyStore::get(QString name)
{
    SY_CO_TRY_ASSIGN(const auto known, entries());
    const auto entry = std::ranges::find(known, name, &Entry::name);
    if (entry == known.end())
        co_return unknown(name);
    if (entry->place == Place::Keyring) {
        const auto keyring = m_keyring;
        co_return co_await keyring->get(name);
    }
    SY_CO_TRY_ASSIGN(const auto values, fileValues());
    if (!values.contains(name))
        co_return unknown(name);
    co_return Secret(values[name].toString().toUtf8());
}

QCoro::Task<Result<>> KeyStore::set(QString name, Secret value, Place place)
{
    SY_CO_TRY(checkName(name));
    if (value.isEmpty() || value.reveal().size() > longestValue)
        co_return fail(ErrorCode::Invalid, u"The key is empty or longer than 64 KiB; nothing was stored."_s);
    if (place == Place::Keyring) {
        SY_CO_TRY(co_await m_keyring->set(name, value));
    } else {
        SY_CO_TRY(writeFileValue(name, &value));
    }
    SY_CO_TRY_ASSIGN(auto known, entries());
    const auto entry = std::ranges::find(known, name, &Entry::name);
    const bool moved = entry != known.end() && entry->place != place;
    known.removeIf([&](const Entry& old) { return old.name == name; });
    known << Entry{name, place};
    SY_CO_TRY(writeEntries(known));
    if (moved && place == Place::File)
        std::ignore = co_await m_keyring->remove(name); // it is out of use, whether or not the keyring answers
    else if (moved)
        SY_CO_TRY(writeFileValue(name, nullptr));
    co_return {};
}

QCoro::Task<Result<>> KeyStore::remove(QString name)
{
    SY_CO_TRY(checkName(name));
    SY_CO_TRY_ASSIGN(auto known, entries());
    const auto entry = std::ranges::find(known, name, &Entry::name);
    if (entry == known.end())
        co_return unknown(name);
    if (entry->place == Place::File) {
        SY_CO_TRY(writeFileValue(name, nullptr));
    } else if (const auto gone = co_await m_keyring->remove(name); !gone && gone.error().code != ErrorCode::NotFound) {
        co_return fail(gone.error());
    }
    known.removeIf([&](const Entry& old) { return old.name == name; });
    co_return writeEntries(known);
}

} // namespace switchyard::secrets
