#include "client/template_store.h"

#include "base/json.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>

// A static library's resources are not linked in by themselves.
static void initialiseResources()
{
    Q_INIT_RESOURCE(templates);
}

namespace switchyard::client {

namespace {

constexpr qint64 largestFile = 256 << 10;
constexpr int mostFiles = 500;

Result<TaskTemplate> readTemplate(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"The template %1 cannot be read: %2"_s.arg(path, file.errorString()));
    if (file.size() > largestFile)
        return fail(ErrorCode::Invalid, u"The template %1 is too large."_s.arg(path));
    SY_TRY_ASSIGN(const auto json, parseObject(file.readAll(), u"The template "_s + path));
    auto made = TaskTemplate::fromJson(json);
    if (!made)
        return fail(ErrorCode::Invalid, u"The template %1 is wrong: %2"_s.arg(path, made.error().message));
    return made;
}

} // namespace

TemplateList loadTemplates(const Paths& paths)
{
    initialiseResources();
    TemplateList list;
    const auto read = [&](const QString& folder, bool builtIn) {
        const auto names = QDir(folder).entryList({u"*.json"_s}, QDir::Files, QDir::Name).mid(0, mostFiles);
        for (const auto& name : names) {
            auto made = readTemplate(folder + u'/' + name);
            if (!made) {
                list.problems << made.error();
                continue;
            }
            made->builtIn = builtIn;
            const auto known = std::ranges::find(list.templates, made->name, &TaskTemplate::name);
            if (known != list.templates.end())
                *known = std::move(*made);
            else
                list.templates << std::move(*made);
        }
    };
    read(u":/switchyard/templates"_s, true);
    read(paths.config + u"/templates"_s, false);
    std::ranges::sort(list.templates, {}, &TaskTemplate::title);
    return list;
}

const TaskTemplate* findTemplate(const QList<TaskTemplate>& templates, const QString& word)
{
    for (const auto& one : templates) {
        if (one.name == word || one.triggers.contains(word, Qt::CaseInsensitive))
            return &one;
    }
    return nullptr;
}

Result<> saveTemplate(const Paths& paths, const TaskTemplate& made)
{
    SY_TRY(TaskTemplate::fromJson(made.toJson()));
    const auto folder = paths.config + u"/templates"_s;
    if (!QDir().mkpath(folder))
        return fail(ErrorCode::Io, u"The folder %1 cannot be made."_s.arg(folder));
    return writeFileAtomically(folder + u'/' + made.name + u".json"_s, QJsonDocument(made.toJson()).toJson());
}

} // namespace switchyard::client
