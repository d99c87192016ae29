#include "gate/own_rules.h"

#include "base/json.h"
#include "gate/rules.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace switchyard::gate {

namespace {

QString idOf(const QJsonValue& rule)
{
    return rule[u"id"].toString();
}

//! The file's text once a list of rules has taken the place of its own.
Result<> write(const QString& path, QJsonObject root, const QJsonArray& rules)
{
    root.insert(u"rules"_s, rules);
    const auto bytes = QJsonDocument(root).toJson();
    SY_TRY_ASSIGN(const auto book, RuleBook::builtIn());
    SY_TRY(book->add(bytes, path, true));
    return writeFileAtomically(path, bytes);
}

} // namespace

OwnRules readOwnRules(const QString& folder)
{
    OwnRules own;
    const QDir files(folder);
    for (const auto& name : files.entryList({u"*.json"_s}, QDir::Files, QDir::Name)) {
        const auto path = files.filePath(name);
        const auto root = readJsonFile(path);
        const auto book = RuleBook::builtIn();
        const auto checked = !root   ? Result<>(std::unexpected(root.error()))
                             : !book ? Result<>(std::unexpected(book.error()))
                                     : (*book)->add(compactJson(*root), path, true);
        if (!checked)
            own.problems << OwnRules::Problem{path, checked.error().message};
        if (!root)
            continue;
        for (const auto& rule : root->value(u"rules").toArray())
            own.rules << OwnRules::Rule{path, rule.toObject()};
    }
    return own;
}

Result<> setOwnRule(const QString& folder, const QJsonObject& rule)
{
    const auto id = idOf(rule);
    if (id.isEmpty())
        return fail(ErrorCode::Invalid, u"The rule has no id."_s, u"Give it a name that no other rule has."_s);
    QString path = QDir(folder).filePath(u"own.json"_s);
    for (const auto& known : readOwnRules(folder).rules) {
        if (idOf(known.json) == id)
            path = known.file;
    }
    QJsonObject root;
    if (QFile::exists(path)) {
        SY_TRY_ASSIGN(root, readJsonFile(path));
    }
    auto rules = root[u"rules"].toArray();
    const auto place = std::ranges::find(rules, id, [](const auto& one) { return idOf(QJsonValue(one)); });
    if (place != rules.end())
        *place = rule;
    else
        rules << rule;
    if (!QDir().mkpath(folder))
        return fail(ErrorCode::Io, u"%1 cannot be made."_s.arg(folder));
    return write(path, root, rules);
}

Result<> removeOwnRule(const QString& folder, const QString& id)
{
    for (const auto& known : readOwnRules(folder).rules) {
        if (idOf(known.json) != id)
            continue;
        SY_TRY_ASSIGN(auto root, readJsonFile(known.file));
        QJsonArray rest;
        for (const auto& rule : root[u"rules"].toArray()) {
            if (idOf(rule) != id)
                rest << rule;
        }
        // Not checked: taking one rule out of a file that fails may be what mends it.
        root.insert(u"rules"_s, rest);
        return writeFileAtomically(known.file, QJsonDocument(root).toJson());
    }
    return fail(ErrorCode::NotFound, u"There is no rule of yours named “%1”."_s.arg(id),
                u"`swy gate rules` lists them."_s);
}

} // namespace switchyard::gate
