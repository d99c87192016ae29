#include "ui/shell/settings_dialog.h"

#include "client/template_store.h"
#include "ui/settings/agents_page.h"
#include "ui/settings/engine_page.h"
#include "ui/settings/keys_page.h"
#include "ui/settings/parts.h"
#include "ui/settings/projects_page.h"
#include "ui/settings/rules_page.h"
#include "ui/settings/shortcuts_page.h"
#include "ui/shell/actions.h"
#include "ui/shell/editor.h"
#include "ui/theme/cells.h"
#include "ui/theme/icons.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QDir>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QStackedWidget>
#include <QtConcurrentRun>
#include <QTreeWidget>
#include <QUrl>

namespace switchyard::ui {

SettingsDialog::SettingsDialog(const Settings& settings, Actions& actions, client::EngineClient& client,
                               const client::TaskFeed& feed, const Paths& paths, QWidget* parent)
    : QDialog(parent),
      m_settings(settings),
      m_client(client),
      m_paths(paths),
      m_pages(new QListWidget(this)),
      m_stack(new QStackedWidget(this))
{
    setObjectName(u"settingsDialog"_s);
    setWindowTitle(tr("Settings"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_pages->setObjectName(u"settingsPages"_s);
    m_pages->setAccessibleName(tr("Pages of the settings"));
    m_pages->setFrameShape(QFrame::NoFrame);
    m_pages->setIconSize({16, 16});
    m_pages->setSpacing(1);
    auto* const shortcuts = new ShortcutsPage(m_settings, actions, this);
    connect(shortcuts, &ShortcutsPage::changed, this, [this] { Q_EMIT changed(m_settings); });
    addPage(u"general"_s, u"settings"_s, tr("General"), makeGeneral());
    addPage(u"notifications"_s, u"message"_s, tr("Notifications"), makeNotifications());
    addPage(u"code"_s, u"lock"_s, tr("Confirmation code"), makeCode());
    addPage(u"agents"_s, u"agent"_s, tr("Agents"), new AgentsPage(m_client, this));
    addPage(u"keys"_s, u"key"_s, tr("Keys"), new KeysPage(KeyProgram(m_client.engineProgram(), {}), this));
    addPage(u"limits"_s, u"flag"_s, tr("Limits and sandbox"), new EnginePage(m_client, this));
    addProjects(feed);
    addPage(u"templates"_s, u"plan"_s, tr("Templates"), makeTemplates());
    addPage(u"appearance"_s, u"theme"_s, tr("Appearance"), makeAppearance());
    addPage(u"shortcuts"_s, u"command"_s, tr("Shortcuts"), shortcuts);
    int widest = 140;
    for (int page = 0; page < m_pages->count(); ++page)
        widest = std::max(widest, m_pages->fontMetrics().horizontalAdvance(m_pages->item(page)->text()));
    m_pages->setFixedWidth(widest + 50); // beside the icon, whatever the language
    connect(m_pages, &QListWidget::currentRowChanged, m_stack, &QStackedWidget::setCurrentIndex);
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->button(QDialogButtonBox::Close)->setText(tr("Close"));
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* const row = new QHBoxLayout;
    row->setSpacing(16);
    row->addWidget(m_pages);
    row->addWidget(m_stack, 1);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(14, 14, 14, 12);
    column->addLayout(row, 1);
    column->addWidget(buttons);
    resize(800, 600);
    m_pages->setCurrentRow(0);
    m_pages->setFocus();
}

//! The projects and what they bring along.
void SettingsDialog::addProjects(const client::TaskFeed& feed)
{
    auto* const projects = new ProjectsPage(m_client, feed, m_settings.projects, {}, this);
    auto* const rules = new RulesPage(m_client.engineProgram(), projects->known(), {}, this);
    addPage(u"projects"_s, u"folder"_s, tr("Projects"), projects);
    addPage(u"rules"_s, u"warning"_s, tr("Rules"), rules);
    connect(projects, &ProjectsPage::offeredChanged, this, [this, projects, rules](const QStringList& offered) {
        m_settings.projects = offered;
        rules->setProjects(projects->known());
        Q_EMIT changed(m_settings);
    });
    connect(projects, &ProjectsPage::rulesWanted, this, [this, rules](const QString& project) {
        rules->choose(project);
        showPage(u"rules"_s);
        rules->findChild<QWidget*>(u"ruleList"_s)->setFocus();
    });
    connect(projects, &ProjectsPage::limitWanted, this, [this] {
        showPage(u"limits"_s);
        findChild<QWidget*>(u"slots_per_projectField"_s)->setFocus();
    });
    connect(rules, &RulesPage::changed, projects, &ProjectsPage::lookAgain);
}

void SettingsDialog::addPage(const QString& id, const QString& picture, const QString& title, QWidget* page)
{
    auto* const item = new QListWidgetItem(icon(picture), title, m_pages);
    item->setData(Qt::UserRole, id);
    item->setSizeHint({100, 32});
    page->setObjectName(id + u"Page"_s);
    m_stack->addWidget(page);
}

void SettingsDialog::showPage(const QString& page)
{
    for (int row = 0; row < m_pages->count(); ++row) {
        if (m_pages->item(row)->data(Qt::UserRole).toString() == page)
            m_pages->setCurrentRow(row);
    }
}

void SettingsDialog::addSwitch(QWidget* page, const QString& text, const QString& name, bool Settings::* member)
{
    auto* const check = new QCheckBox(text, page);
    check->setObjectName(name);
    check->setChecked(m_settings.*member);
    connect(check, &QCheckBox::toggled, this, [this, member](bool on) {
        m_settings.*member = on;
        Q_EMIT changed(m_settings);
    });
    page->layout()->addWidget(check);
}

QWidget* SettingsDialog::makeNotifications()
{
    auto* const page = new QWidget(this);
    auto* const column = pageColumn(page);
    addSwitch(page, tr("Notify me at once when a task &needs me"), u"notifyNeedsBox"_s, &Settings::notifyNeeds);
    addSwitch(page, tr("Notify me when tasks &end"), u"notifyEndsBox"_s, &Settings::notifyEnds);
    column->addSpacing(6);
    column->addWidget(explanation(tr("Nothing is said about a task that is on screen, nor while the desktop is set to "
                                     "“do not disturb”. Tasks that end together make one notification. A command that "
                                     "waits for your code is never allowed from a notification: it opens the dialog."),
                                  page));
    auto* const row = new QHBoxLayout;
    auto* const test = new QPushButton(icon(u"message"_s), tr("&Send one to try it"), page);
    test->setObjectName(u"testNoticeButton"_s);
    test->setAutoDefault(false);
    connect(test, &QPushButton::clicked, this, &SettingsDialog::noticeWanted);
    row->addWidget(test);
    row->addStretch(1);
    column->addLayout(row);
    column->addStretch(1);
    return page;
}

QWidget* SettingsDialog::makeGeneral()
{
    auto* const page = new QWidget(this);
    auto* const column = pageColumn(page);
    addSwitch(page, tr("Show an icon in the &tray"), u"trayBox"_s, &Settings::tray);
    addSwitch(page, tr("Stay in the tray when the window is &closed"), u"keepInTrayBox"_s, &Settings::keepInTray);
    m_trayNote = explanation(tr("This desktop shows no tray icons: closing the window ends it."), page);
    m_trayNote->setObjectName(u"trayNote"_s);
    m_trayNote->hide();
    column->addWidget(m_trayNote);
    addSwitch(page, tr("&Delete a task's branch after it is merged"), u"deleteAfterMergeBox"_s,
              &Settings::deleteBranchAfterMerge);
    addSwitch(page, tr("Show the &details beside a task"), u"showDetailsBox"_s, &Settings::showDetails);
    column->addSpacing(6);
    column->addWidget(makeEditorRow());
    column->addSpacing(6);
    column->addWidget(explanation(tr("Tasks belong to the engine: they go on when this window is closed."), page));
    column->addStretch(1);
    return page;
}

QWidget* SettingsDialog::makeEditorRow()
{
    auto* const row = new QWidget(this);
    auto* const line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    auto* const label = new QLabel(tr("&Editor:"), row);
    auto* const field = new QLineEdit(m_settings.editor, row);
    field->setObjectName(u"editorField"_s);
    field->setAccessibleName(tr("Editor"));
    field->setToolTip(tr("Shows the files that the output names. %f is the file, %l the line."));
    const auto found = editorCommand({}, u"%f"_s, 1);
    field->setPlaceholderText(found ? found->first() : tr("such as “kate --line %l %f”"));
    label->setBuddy(field);
    line->addWidget(label);
    line->addWidget(field, 1);
    connect(field, &QLineEdit::editingFinished, this, [this, field] {
        if (m_settings.editor == field->text().trimmed())
            return;
        m_settings.editor = field->text().trimmed();
        Q_EMIT changed(m_settings);
    });
    return row;
}

QWidget* SettingsDialog::makeCode()
{
    auto* const page = new QWidget(this);
    auto* const column = pageColumn(page);
    column->addWidget(explanation(tr("Commands that delete, overwrite, force or raise privileges wait for this code. "
                                     "It is kept only as a salted, slow hash; five wrong tries refuse the command."),
                                  page));
    m_codeState = new QLabel(page);
    m_codeState->setObjectName(u"codeState"_s);
    column->addWidget(m_codeState);
    m_codeButton = new QPushButton(icon(u"lock"_s), {}, page);
    m_codeButton->setObjectName(u"changeCodeButton"_s);
    m_codeButton->setAutoDefault(false);
    connect(m_codeButton, &QPushButton::clicked, this, &SettingsDialog::codeWanted);
    column->addWidget(m_codeButton, 0, Qt::AlignLeft);
    column->addStretch(1);
    setCodeIsSet(true);
    return page;
}

void SettingsDialog::setCodeIsSet(bool set)
{
    m_codeState->setText(set ? tr("A code is set.") : tr("No code is set: such commands are refused."));
    m_codeButton->setText(set ? tr("&Change the code…") : tr("&Choose a code…"));
}

void SettingsDialog::setTrayIsThere(bool there)
{
    m_trayNote->setVisible(!there && m_settings.tray);
}

QWidget* SettingsDialog::makeTemplates()
{
    auto* const page = new QWidget(this);
    auto* const column = pageColumn(page);
    const auto folder = QDir(m_paths.config).filePath(u"templates"_s);
    column->addWidget(
        explanation(tr("Tasks to start again and again. The trigger, typed alone into the command field, opens one. "
                       "Your own are files in %1; one with the name of a built-in template replaces it.")
                        .arg(QDir::toNativeSeparators(folder)),
                    page));
    m_templates = new QTreeWidget(page);
    m_templates->setObjectName(u"templateList"_s);
    m_templates->setAccessibleName(tr("Templates"));
    m_templates->setRootIsDecorated(false);
    m_templates->setHeaderLabels({tr("Template"), tr("Trigger"), tr("Made by")});
    m_templates->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_templates->header()->setStretchLastSection(false);
    m_templates->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_templates->header()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
    column->addWidget(m_templates, 1);
    auto* const open = new QPushButton(icon(u"folder"_s), tr("&Open the folder"), page);
    open->setObjectName(u"templateFolderButton"_s);
    auto* const again = new QPushButton(icon(u"retry"_s), tr("&Look again"), page);
    again->setObjectName(u"reloadTemplatesButton"_s);
    auto* const row = new QHBoxLayout;
    for (auto* const button : {open, again}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    row->addStretch(1);
    column->addLayout(row);
    connect(open, &QPushButton::clicked, this, [folder] {
        QDir().mkpath(folder);
        QDesktopServices::openUrl(QUrl::fromLocalFile(folder));
    });
    connect(again, &QPushButton::clicked, this, &SettingsDialog::loadTemplates);
    loadTemplates();
    return page;
}

void SettingsDialog::loadTemplates()
{
    QtConcurrent::run(&client::loadTemplates, m_paths).then(this, [this](client::TemplateList list) {
        m_templates->clear();
        for (const auto& one : list.templates) {
            auto* const item = new QTreeWidgetItem(
                m_templates, {one.title, one.triggers.join(u", "_s), one.builtIn ? tr("Switchyard") : tr("you")});
            item->setToolTip(0, one.description);
            item->setIcon(0, icon(u"plan"_s));
            nameEmptyCells(*item);
        }
        for (const auto& problem : list.problems) {
            auto* const item = new QTreeWidgetItem(m_templates, {problem.message, {}, tr("you")});
            item->setIcon(0, icon(u"error"_s, Tone::Failed));
            item->setToolTip(0, problem.message);
            nameEmptyCells(*item);
        }
    });
}

QWidget* SettingsDialog::makeAppearance()
{
    auto* const page = new QWidget(this);
    auto* const form = new QFormLayout(page);
    form->setContentsMargins(0, 4, 4, 0);
    auto* const theme = new QComboBox(page);
    theme->setObjectName(u"themeBox"_s);
    theme->addItem(tr("As the system"), int(Theme::Mode::System));
    theme->addItem(tr("Light"), int(Theme::Mode::Light));
    theme->addItem(tr("Dark"), int(Theme::Mode::Dark));
    theme->setCurrentIndex(theme->findData(int(m_settings.theme)));
    connect(theme, &QComboBox::activated, this, [this, theme] {
        m_settings.theme = Theme::Mode(theme->currentData().toInt());
        Q_EMIT changed(m_settings);
    });
    form->addRow(tr("&Colours:"), theme);
    auto* const language = new QComboBox(page);
    language->setObjectName(u"languageBox"_s);
    language->addItem(tr("As the system"), QString());
    for (const auto& file : QDir(u":/i18n"_s).entryList({u"switchyard_*.qm"_s})) {
        const auto code = file.section(u'_', 1).section(u'.', 0, 0);
        language->addItem(QLocale(code).nativeLanguageName(), code); // each in its own words
    }
    language->setCurrentIndex(std::max(0, language->findData(m_settings.language)));
    auto* const later = explanation(tr("The language changes when the window is opened the next time."), page);
    later->setVisible(false);
    connect(language, &QComboBox::activated, this, [this, language, later] {
        m_settings.language = language->currentData().toString();
        later->setVisible(true);
        Q_EMIT changed(m_settings);
    });
    form->addRow(tr("&Language:"), language);
    form->addRow(later);
    form->addRow(explanation(tr("Fonts and their sizes are the system's."), page));
    return page;
}

} // namespace switchyard::ui
