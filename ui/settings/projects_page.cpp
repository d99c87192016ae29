#include "ui/settings/projects_page.h"

#include "ui/settings/parts.h"
#include "ui/settings/swy_program.h"
#include "ui/theme/cells.h"
#include "ui/theme/icons.h"

#include <QBoxLayout>
#include <QDir>
#include <QFileDialog>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>

#include <algorithm>

namespace switchyard::ui {

namespace {

constexpr int pathRole = Qt::UserRole;
constexpr qsizetype mostListed = 100, mostOffered = 20;

//! What somebody has typed, as a folder's full name.
QString folderOf(QString typed)
{
    typed = typed.trimmed();
    if (typed == u"~" || typed.startsWith(u"~/"))
        typed.replace(0, 1, QDir::homePath());
    return typed.isEmpty() ? typed : QDir::cleanPath(typed);
}

} // namespace

ProjectsPage::ProjectsPage(client::EngineClient& client, const client::TaskFeed& feed, QStringList offered,
                           Limits limits, QWidget* parent)
    : SwyPage(parent),
      m_client(client),
      m_feed(feed),
      m_offered(std::move(offered)),
      m_limits(limits),
      m_field(new QLineEdit(this)),
      m_facts(explanation({}, this)),
      m_limit(explanation({}, this)),
      m_add(new QPushButton(icon(u"add"_s), tr("A&dd"), this)),
      m_browse(new QPushButton(icon(u"folder"_s), tr("&Browse…"), this)),
      m_remove(new QPushButton(icon(u"discard"_s), tr("Take off the &list"), this)),
      m_showRules(new QPushButton(icon(u"warning"_s), tr("Its &rules…"), this)),
      m_showLimit(new QPushButton(icon(u"flag"_s), tr("Change the &limit…"), this))
{
    auto* const column = pageColumn(this);
    column->addWidget(explanation(tr("The folders and repositories that tasks work in. Those on the list are offered "
                                     "beside the command field; the others only have tasks."),
                                  this));
    m_list->setObjectName(u"projectList"_s);
    m_list->setAccessibleName(tr("Projects"));
    m_list->setRootIsDecorated(false);
    m_list->setHeaderLabels({tr("Project"), tr("Folder"), tr("Tasks"), tr("Its rules")});
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (int section = 1; section < 4; ++section)
        m_list->header()->setSectionResizeMode(section, QHeaderView::ResizeToContents);
    column->addWidget(m_list, 1);
    m_facts->setObjectName(u"projectFacts"_s);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_facts);
    m_limit->setObjectName(u"projectLimit"_s);
    column->addWidget(m_limit);
    m_note->setObjectName(u"projectsNote"_s);
    column->addWidget(m_note);
    m_field->setObjectName(u"newProjectField"_s);
    m_field->setAccessibleName(tr("Folder to add"));
    m_field->setPlaceholderText(tr("Folder to add, such as ~/code/shop"));
    m_add->setObjectName(u"addProjectButton"_s);
    m_browse->setObjectName(u"browseProjectButton"_s);
    m_remove->setObjectName(u"removeProjectButton"_s);
    m_showRules->setObjectName(u"projectRulesButton"_s);
    m_showLimit->setObjectName(u"projectLimitButton"_s);
    auto* const row = new QHBoxLayout;
    row->addWidget(m_field, 1);
    for (auto* const button : {m_add, m_browse}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    column->addLayout(row);
    addButtons(column, {m_remove, m_showRules, m_showLimit});
    connect(m_list, &QTreeWidget::currentItemChanged, this, [this] {
        showState();
        showDetails();
    });
    connect(m_field, &QLineEdit::textChanged, this, &ProjectsPage::showState);
    m_field->installEventFilter(this);
    connect(m_add, &QPushButton::clicked, this, &ProjectsPage::add);
    connect(m_browse, &QPushButton::clicked, this, &ProjectsPage::browse);
    connect(m_remove, &QPushButton::clicked, this, &ProjectsPage::remove);
    connect(m_showRules, &QPushButton::clicked, this, [this] { Q_EMIT rulesWanted(current()); });
    connect(m_showLimit, &QPushButton::clicked, this, &ProjectsPage::limitWanted);
    showState();
}

QStringList ProjectsPage::known() const
{
    QStringList others;
    for (const auto& task : m_feed.all()) {
        const auto& path = task->spec.project;
        if (!path.isEmpty() && !m_offered.contains(path) && !others.contains(path))
            others << path;
    }
    std::ranges::sort(others, {}, [](const QString& path) { return QDir(path).dirName().toCaseFolded(); });
    return (m_offered + others).mid(0, mostListed);
}

QString ProjectsPage::current() const
{
    return m_list->currentItem() ? m_list->currentItem()->data(0, pathRole).toString() : QString();
}

void ProjectsPage::showEvent(QShowEvent* event)
{
    SwyPage::showEvent(event);
    askForLimit(); // it may have been changed on its own page
}

bool ProjectsPage::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress)
        return SwyPage::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key != Qt::Key_Return && key != Qt::Key_Enter)
        return SwyPage::eventFilter(watched, event);
    m_add->click();
    return true; // it would press the dialog's button, too, which closes it
}

void ProjectsPage::load(const QString& thenSay)
{
    ++m_round;
    m_tasks.clear();
    for (const auto& task : m_feed.all()) {
        auto& tasks = m_tasks[task->spec.project];
        ++tasks.all;
        const bool needsYou = !task->waitingFor.isEmpty() || !task->question.isEmpty();
        tasks.running += isActive(task->status) && !needsYou;
        tasks.queued += task->status == TaskStatus::Queued;
        tasks.needYou += needsYou;
    }
    fill();
    const auto all = known();
    for (const auto& path : all)
        askForFolder(path);
    askForRules(thenSay);
}

void ProjectsPage::askForRules(const QString& thenSay)
{
    beBusy(thenSay.isEmpty() ? tr("Looking…") : thenSay);
    auto words = QStringList{u"gate"_s, u"rules"_s, u"--json"_s, u"--"_s} + known();
    QCoro::connect(SwyProgram::run(m_client.engineProgram(), words, {}, m_limits.answer), this,
                   [this, round = m_round](const Result<QByteArray>& answer) {
                       if (round != m_round)
                           return;
                       beReady();
                       if (!answer)
                           return sayError(answer.error());
                       m_rules.clear();
                       const auto told = QJsonDocument::fromJson(*answer).object()[u"projects"].toArray();
                       for (const auto& project : told)
                           m_rules.insert(project[u"project"].toString(), project[u"state"].toString());
                       fill();
                       if (m_note->text() == tr("Looking…")) // else something was said meanwhile
                           say(m_note, {}, false);
                   });
}

void ProjectsPage::askForFolder(const QString& path)
{
    QCoro::connect(m_client.call(u"project.check"_s, {{u"path"_s, path}}), this,
                   [this, path, round = m_round](const Result<QJsonValue>& answer) {
                       if (!answer || round != m_round)
                           return; // the note tells of an engine that is not there
                       m_folders.insert(path, answer->toObject());
                       fill();
                   });
}

//! The engine has one limit for each of them.
void ProjectsPage::askForLimit()
{
    QCoro::connect(m_client.call(u"settings.get"_s, {}), this, [this](const Result<QJsonValue>& answer) {
        if (!answer)
            return sayError(answer.error());
        const auto settings = (*answer)[u"settings"];
        const int limit = settings[u"slots_per_project"].toInt(), slots = settings[u"slots"].toInt();
        m_limit->setText(
            limit > 0 && limit < slots
                ? tr("In each project at most %n task(s) run at once, of %1 in all.", nullptr, limit).arg(slots)
                : tr("Projects have no limit of their own: at most %n task(s) run at once, in all of them "
                     "together.",
                     nullptr, slots));
    });
}

void ProjectsPage::fill()
{
    const auto chosen = current();
    const auto all = known();
    const QSignalBlocker quiet(m_list);
    QStringList rows;
    for (int row = 0; row < m_list->topLevelItemCount(); ++row)
        rows << m_list->topLevelItem(row)->data(0, pathRole).toString();
    if (rows != all) {
        m_list->clear();
        for (const auto& path : all) {
            auto* const item = new QTreeWidgetItem(m_list);
            item->setData(0, pathRole, path);
        }
    }
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        auto* const item = m_list->topLevelItem(row);
        showRow(*item, all.at(row));
        if (all.at(row) == chosen || (row == 0 && !all.contains(chosen)))
            m_list->setCurrentItem(item);
    }
    showState();
    showDetails();
}

QString ProjectsPage::tasksText(const Tasks& tasks) const
{
    QStringList parts;
    if (tasks.needYou > 0)
        parts << tr("%n need(s) you", nullptr, tasks.needYou);
    if (tasks.running > 0)
        parts << tr("%n running", nullptr, tasks.running);
    if (tasks.queued > 0)
        parts << tr("%n queued", nullptr, tasks.queued);
    parts << (tasks.all > 0 ? tr("%n in all", nullptr, tasks.all) : tr("none"));
    return parts.join(u", "_s);
}

void ProjectsPage::showRow(QTreeWidgetItem& item, const QString& path)
{
    item.setText(0, QDir(path).dirName());
    item.setToolTip(0, path);
    item.setIcon(0, icon(u"folder"_s, m_offered.contains(path) ? Tone::Accent : Tone::Muted));
    const auto folder = m_folders.constFind(path);
    const bool asked = folder != m_folders.constEnd(), exists = !asked || (*folder)[u"exists"].toBool();
    const bool repository = asked && (*folder)[u"repository"].toBool();
    item.setText(1, !asked       ? tr("…")
                    : !exists    ? tr("not there")
                    : repository ? tr("Git, %1").arg((*folder)[u"branch"].toString())
                                 : tr("no repository"));
    item.setIcon(1, exists ? QIcon() : icon(u"error"_s, Tone::Failed));
    item.setText(2, tasksText(m_tasks.value(path)));
    const auto rules = m_rules.value(path);
    const bool waits = rules == u"waiting" || rules == u"changed";
    item.setText(3, rules == u"approved"  ? tr("approved")
                    : rules == u"waiting" ? tr("to be approved")
                    : rules == u"changed" ? tr("changed, to be approved")
                    : rules == u"none"    ? tr("none")
                    : rules.isEmpty()     ? tr("…")
                                          : tr("cannot be read"));
    const bool unreadable = !rules.isEmpty() && !waits && rules != u"approved" && rules != u"none";
    item.setIcon(3, waits                  ? icon(u"warning"_s, Tone::NeedsYou)
                    : rules == u"approved" ? icon(u"ok"_s, Tone::Done)
                    : unreadable           ? icon(u"error"_s, Tone::Failed)
                                           : QIcon());
    nameEmptyCells(item);
}

void ProjectsPage::showDetails()
{
    const auto path = current();
    if (path.isEmpty()) {
        m_facts->setText(tr("There is no project yet: add the folder to work in."));
        return;
    }
    const auto folder = m_folders.value(path);
    QStringList facts{QDir::toNativeSeparators(path)};
    if (folder[u"exists"].toBool() && !folder[u"writable"].toBool())
        facts << tr("It cannot be written: tasks would fail in it.");
    if (const auto changed = folder[u"uncommitted"].toArray().size(); changed > 0)
        facts << tr("%n file(s) in it are not committed; tasks begin with the last commit.", nullptr, int(changed));
    if (!m_offered.contains(path))
        facts << tr("It is not on the list of the project field.");
    m_facts->setText(facts.join(u'\n'));
}

void ProjectsPage::showState()
{
    const auto path = current();
    const bool offered = m_offered.contains(path);
    m_add->setEnabled(!m_field->text().trimmed().isEmpty());
    m_remove->setText(offered || path.isEmpty() ? tr("Take off the &list") : tr("Put on the &list"));
    m_remove->setIcon(icon(offered || path.isEmpty() ? u"discard"_s : u"add"_s));
    m_remove->setEnabled(!path.isEmpty());
    const auto rules = m_rules.value(path);
    m_showRules->setEnabled(!rules.isEmpty() && rules != u"none");
}

void ProjectsPage::add()
{
    const auto path = folderOf(m_field->text());
    if (!QDir::isAbsolutePath(path))
        return sayError({ErrorCode::Invalid, tr("“%1” is not the full name of a folder.").arg(path), {}});
    QCoro::connect(m_client.call(u"project.check"_s, {{u"path"_s, path}}), this,
                   [this, path](const Result<QJsonValue>& answer) {
                       if (!answer)
                           return sayError(answer.error());
                       if (!(*answer)[u"exists"].toBool())
                           return sayError({ErrorCode::NotFound, tr("There is no folder %1.").arg(path), {}});
                       m_offered.removeAll(path);
                       m_offered.prepend(path);
                       m_offered = m_offered.mid(0, mostOffered);
                       m_field->clear();
                       Q_EMIT offeredChanged(m_offered);
                       load(tr("“%1” is on the list.").arg(QDir(path).dirName()));
                       m_list->setCurrentItem(m_list->topLevelItem(0));
                   });
}

void ProjectsPage::browse()
{
    auto* const dialog = new QFileDialog(this, tr("Choose the project's folder"), folderOf(m_field->text()));
    dialog->setObjectName(u"folderDialog"_s);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        m_field->setText(folder);
        add();
    });
    dialog->open();
}

void ProjectsPage::remove()
{
    const auto path = current();
    const auto name = QDir(path).dirName();
    const bool offered = m_offered.removeAll(path) > 0;
    if (!offered)
        m_offered.prepend(path);
    Q_EMIT offeredChanged(m_offered);
    fill();
    say(m_note,
        offered ? tr("“%1” is off the list. Its folder and its tasks stay as they are.").arg(name)
                : tr("“%1” is on the list.").arg(name),
        false);
}

} // namespace switchyard::ui
