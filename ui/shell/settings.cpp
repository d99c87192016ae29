#include "ui/shell/settings.h"

#include <QSettings>

namespace switchyard::ui {

namespace {
constexpr int maxProjects = 20;
}

Settings Settings::load(const QString& path)
{
    QSettings file(path, QSettings::IniFormat);
    file.beginGroup(u"window"_s);
    Settings s;
    s.theme = Theme::fromName(file.value(u"theme"_s).toString());
    s.projects = file.value(u"projects"_s).toStringList().mid(0, maxProjects);
    s.agent = file.value(u"agent"_s, s.agent).toString();
    s.notifyNeeds = file.value(u"notify_needs"_s, s.notifyNeeds).toBool();
    s.notifyEnds = file.value(u"notify_ends"_s, s.notifyEnds).toBool();
    s.tray = file.value(u"tray"_s, s.tray).toBool();
    s.keepInTray = file.value(u"keep_in_tray"_s, s.keepInTray).toBool();
    s.saidStaysInTray = file.value(u"said_stays_in_tray"_s, s.saidStaysInTray).toBool();
    s.deleteBranchAfterMerge = file.value(u"delete_branch_after_merge"_s, s.deleteBranchAfterMerge).toBool();
    s.showDetails = file.value(u"show_details"_s, s.showDetails).toBool();
    s.showList = file.value(u"show_list"_s, s.showList).toBool();
    s.outputApart = file.value(u"output_apart"_s, s.outputApart).toBool();
    s.language = file.value(u"language"_s).toString();
    s.editor = file.value(u"editor"_s).toString();
    s.welcomed = file.value(u"welcomed"_s, s.welcomed).toBool();
    s.geometry = file.value(u"geometry"_s).toByteArray();
    s.panes = file.value(u"layout"_s).toByteArray();
    file.beginGroup(u"shortcuts"_s);
    for (const auto& id : file.childKeys())
        s.shortcuts.insert(id, file.value(id).toString());
    return s;
}

void Settings::save(const QString& path) const
{
    QSettings file(path, QSettings::IniFormat);
    file.beginGroup(u"window"_s);
    file.setValue(u"theme"_s, Theme::nameOf(theme));
    file.setValue(u"projects"_s, projects);
    file.setValue(u"agent"_s, agent);
    file.setValue(u"notify_needs"_s, notifyNeeds);
    file.setValue(u"notify_ends"_s, notifyEnds);
    file.setValue(u"tray"_s, tray);
    file.setValue(u"keep_in_tray"_s, keepInTray);
    file.setValue(u"said_stays_in_tray"_s, saidStaysInTray);
    file.setValue(u"delete_branch_after_merge"_s, deleteBranchAfterMerge);
    file.setValue(u"show_details"_s, showDetails);
    file.setValue(u"show_list"_s, showList);
    file.setValue(u"output_apart"_s, outputApart);
    file.setValue(u"language"_s, language);
    file.setValue(u"editor"_s, editor);
    file.setValue(u"welcomed"_s, welcomed);
    file.setValue(u"geometry"_s, geometry);
    file.setValue(u"layout"_s, panes);
    file.remove(u"shortcuts"_s);
    file.beginGroup(u"shortcuts"_s);
    for (const auto& [id, keys] : shortcuts.asKeyValueRange())
        file.setValue(id, keys);
}

void Settings::rememberProject(const QString& path)
{
    projects.removeAll(path);
    projects.prepend(path);
    projects = projects.mid(0, maxProjects);
}

} // namespace switchyard::ui
