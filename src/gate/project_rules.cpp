#include "gate/project_rules.h"

#include "base/json.h"
#include "gate/rules.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace switchyard::gate {

namespace {
constexpr qsizetype mostFiles = 50;
constexpr qint64 largestFile = 256 << 10;
} // namespace

Result<ProjectRules> readProjectRules(const QString& project)
{
    ProjectRules rules{QDir(project).canonicalPath(), {}, {}};
    const QDir folder(project + u"/.switchyard/rules.d"_s);
    const auto names = folder.entryList({u"*.json"_s}, QDir::Files, QDir::Name);
    if (names.size() > mostFiles)
        return fail(ErrorCode::Limit, u"%1 holds more than %2 files of rules."_s.arg(folder.path()).arg(mostFiles));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const auto& name : names) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            return fail(ErrorCode::Io,
                        u"The rules in %1 cannot be read: %2."_s.arg(file.fileName(), file.errorString()));
        const auto bytes = file.read(largestFile + 1);
        if (bytes.size() > largestFile)
            return fail(ErrorCode::Limit, u"The rules in %1 are larger than 256 KiB."_s.arg(file.fileName()));
        rules.files << RuleFile{file.fileName(), bytes};
        for (const auto& part : {name.toUtf8(), bytes}) {
            hash.addData(QByteArray::number(part.size()) + ':');
            hash.addData(part);
        }
    }
    rules.fingerprint = QString::fromLatin1(hash.result().toHex());
    return rules;
}

namespace {

//! {fingerprint, files}; before texts were kept it was the fingerprint alone.
QString fingerprintIn(const QJsonValue& entry)
{
    return entry.isString() ? entry.toString() : entry[u"fingerprint"].toString();
}

} // namespace

bool areApproved(const ProjectRules& rules, const QString& record)
{
    const auto approved = readJsonFile(record);
    return approved && fingerprintIn(approved->value(rules.project)) == rules.fingerprint;
}

Result<> approve(const ProjectRules& rules, const QString& record)
{
    SY_TRY_ASSIGN(const auto book, RuleBook::builtIn());
    for (const auto& file : rules.files)
        SY_TRY(book->addOfProject(file.json, file.name));
    QJsonObject approved;
    if (QFile::exists(record)) {
        SY_TRY_ASSIGN(approved, readJsonFile(record));
    }
    QJsonObject texts;
    for (const auto& file : rules.files)
        texts.insert(QFileInfo(file.name).fileName(), QString::fromUtf8(file.json));
    approved.insert(rules.project, QJsonObject{{u"fingerprint"_s, rules.fingerprint}, {u"files"_s, texts}});
    return writeFileAtomically(record, compactJson(approved));
}

Result<> revoke(const QString& project, const QString& record)
{
    QJsonObject approved;
    if (QFile::exists(record)) {
        SY_TRY_ASSIGN(approved, readJsonFile(record));
    }
    const auto canonical = QDir(project).canonicalPath();
    const auto& name = canonical.isEmpty() ? project : canonical; // its folder may be gone
    if (!approved.contains(name))
        return fail(ErrorCode::NotFound, u"No rules of %1 are approved."_s.arg(project));
    approved.remove(name);
    return writeFileAtomically(record, compactJson(approved));
}

QHash<QString, QString> approvedTexts(const QString& project, const QString& record)
{
    QHash<QString, QString> texts;
    const auto approved = readJsonFile(record);
    if (!approved)
        return texts;
    const auto files = approved->value(QDir(project).canonicalPath())[u"files"].toObject();
    for (auto file = files.begin(); file != files.end(); ++file)
        texts.insert(file.key(), file->toString());
    return texts;
}

QStringList approvedProjects(const QString& record)
{
    const auto approved = readJsonFile(record);
    return approved ? approved->keys() : QStringList();
}

} // namespace switchyard::gate
