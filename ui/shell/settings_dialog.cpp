#include "ui/shell/settings_dialog.h"

#include "ui/shell/actions.h"
#include "ui/shell/editor.h"
#include "ui/theme/icons.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeWidget>

namespace switchyard::ui {

namespace {

QLabel* words(const QString& text, QWidget* parent)
{
    auto* const label = new QLabel(text, parent);
    label->setWordWrap(true);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

} // namespace

SettingsDialog::SettingsDialog(const Settings& settings, Actions& actions, client::EngineClient& client,
                               QWidget* parent)
    : QDialog(parent),
      m_settings(settings),
      m_actions(actions),
      m_client(client),
      m_pages(new QListWidget(this)),
      m_stack(new QStackedWidget(this))
{
    setObjectName(u"settingsDialog"_s);
    setWindowTitle(tr("Settings"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_pages->setObjectName(u"settingsPages"_s);
    m_pages->setAccessibleName(tr("Pages of the settings"));
    m_pages->setFixedWidth(190);
    m_pages->setFrameShape(QFrame::NoFrame);
    m_pages->setIconSize({16, 16});
    m_pages->setSpacing(1);
    addPage(u"general"_s, u"settings"_s, tr("General"), makeGeneral());
    addPage(u"code"_s, u"lock"_s, tr("Confirmation code"), makeCode());
    addPage(u"agents"_s, u"agent"_s, tr("Agents"), makeAgents());
    addPage(u"appearance"_s, u"theme"_s, tr("Appearance"), makeAppearance());
    addPage(u"shortcuts"_s, u"command"_s, tr("Shortcuts"), makeShortcuts());
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
    resize(760, 520);
    m_pages->setCurrentRow(0);
    m_pages->setFocus();
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

QWidget* SettingsDialog::makeGeneral()
{
    auto* const page = new QWidget(this);
    auto* const column = new QVBoxLayout(page);
    column->setContentsMargins(0, 4, 4, 0);
    column->setSpacing(10);
    const auto box = [&](const QString& text, const QString& name, bool Settings::* member) {
        auto* const check = new QCheckBox(text, page);
        check->setObjectName(name);
        check->setChecked(m_settings.*member);
        connect(check, &QCheckBox::toggled, this, [this, member](bool on) {
            m_settings.*member = on;
            Q_EMIT changed(m_settings);
        });
        column->addWidget(check);
    };
    box(tr("Notify me at once when a task &needs me"), u"notifyNeedsBox"_s, &Settings::notifyNeeds);
    box(tr("Notify me when tasks &end"), u"notifyEndsBox"_s, &Settings::notifyEnds);
    box(tr("Show an icon in the &tray"), u"trayBox"_s, &Settings::tray);
    box(tr("Stay in the tray when the window is &closed"), u"keepInTrayBox"_s, &Settings::keepInTray);
    box(tr("&Delete a task's branch after it is merged"), u"deleteAfterMergeBox"_s, &Settings::deleteBranchAfterMerge);
    box(tr("Show the &details beside a task"), u"showDetailsBox"_s, &Settings::showDetails);
    column->addSpacing(6);
    column->addWidget(makeEditorRow());
    column->addSpacing(6);
    column->addWidget(words(tr("Tasks belong to the engine: they go on when this window is closed."), page));
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
    auto* const column = new QVBoxLayout(page);
    column->setContentsMargins(0, 4, 4, 0);
    column->setSpacing(12);
    column->addWidget(words(tr("Commands that delete, overwrite, force or raise privileges wait for this code. It is "
                               "kept only as a salted, slow hash; "
                               "five wrong tries refuse the command."),
                            page));
    auto* const change = new QPushButton(icon(u"lock"_s), tr("Choose or &change the code…"), page);
    change->setObjectName(u"changeCodeButton"_s);
    change->setAutoDefault(false);
    connect(change, &QPushButton::clicked, this, &SettingsDialog::codeWanted);
    column->addWidget(change, 0, Qt::AlignLeft);
    column->addStretch(1);
    return page;
}

QWidget* SettingsDialog::makeAgents()
{
    auto* const page = new QWidget(this);
    auto* const column = new QVBoxLayout(page);
    column->setContentsMargins(0, 4, 4, 0);
    column->setSpacing(10);
    column->addWidget(words(
        tr("Agents that can do a task. Others that speak the Agent Client Protocol are added with “swy agents add”."),
        page));
    m_agents = new QTreeWidget(page);
    m_agents->setObjectName(u"agentList"_s);
    m_agents->setAccessibleName(tr("Agents"));
    m_agents->setRootIsDecorated(false);
    m_agents->setHeaderLabels({tr("Agent"), tr("State")});
    m_agents->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    column->addWidget(m_agents, 1);
    auto* const again = new QPushButton(icon(u"retry"_s), tr("&Look again"), page);
    again->setObjectName(u"probeAgentsButton"_s);
    again->setAutoDefault(false);
    connect(again, &QPushButton::clicked, this, &SettingsDialog::loadAgents);
    column->addWidget(again, 0, Qt::AlignLeft);
    loadAgents();
    return page;
}

void SettingsDialog::loadAgents()
{
    m_agents->clear();
    new QTreeWidgetItem(m_agents, {tr("Looking…")});
    QCoro::connect(m_client.call(u"agent.list"_s, {}), this, [this](const Result<QJsonValue>& answer) {
        m_agents->clear();
        if (!answer) {
            new QTreeWidgetItem(m_agents, {answer.error().message});
            return;
        }
        for (const auto& value : (*answer)[u"agents"].toArray()) {
            const auto agent = value.toObject();
            const bool there = agent[u"available"].toBool(true);
            const auto title = agent[u"title"].toString(agent[u"name"].toString());
            auto* const item = new QTreeWidgetItem(
                m_agents, {title, there ? tr("ready") : tr("not available: %1").arg(agent[u"why"].toString())});
            item->setIcon(0, icon(u"agent"_s));
            item->setIcon(1, there ? icon(u"ok"_s, Tone::Done) : icon(u"error"_s, Tone::Muted));
            item->setToolTip(1, item->text(1));
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
    form->addRow(words(tr("Fonts and their sizes are the system's."), page));
    return page;
}

QWidget* SettingsDialog::makeShortcuts()
{
    auto* const page = new QWidget(this);
    auto* const column = new QVBoxLayout(page);
    column->setContentsMargins(0, 4, 4, 0);
    column->setSpacing(8);
    auto* const list = new QTreeWidget(page);
    list->setObjectName(u"shortcutTable"_s);
    list->setAccessibleName(tr("Shortcuts"));
    list->setRootIsDecorated(false);
    list->setHeaderLabels({tr("Action"), tr("Shortcut")});
    list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    list->header()->setStretchLastSection(false);
    list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    for (const auto& info : Actions::table()) {
        auto* const item =
            new QTreeWidgetItem(list, {m_actions[info.id]->text().remove(u'…'),
                                       m_actions[info.id]->shortcut().toString(QKeySequence::NativeText)});
        item->setData(0, Qt::UserRole, QString::fromLatin1(info.id));
        item->setIcon(0, m_actions[info.id]->icon());
    }
    auto* const note = new QLabel(page);
    note->setObjectName(u"shortcutNote"_s);
    note->setWordWrap(true);
    auto* const keys = new QKeySequenceEdit(page);
    keys->setObjectName(u"shortcutField"_s);
    keys->setAccessibleName(tr("New shortcut"));
    if (auto* const field = keys->findChild<QLineEdit*>()) // it is this one that has the keyboard
        field->setAccessibleName(keys->accessibleName());
    keys->setMaximumSequenceLength(1);
    keys->setClearButtonEnabled(true);
    auto* const set = new QPushButton(tr("&Set"), page);
    set->setObjectName(u"setShortcutButton"_s);
    auto* const reset = new QPushButton(tr("&Default"), page);
    reset->setObjectName(u"resetShortcutButton"_s);
    for (auto* const button : {set, reset})
        button->setAutoDefault(false);
    auto* const row = new QHBoxLayout;
    row->addWidget(keys, 1);
    row->addWidget(set);
    row->addWidget(reset);
    column->addWidget(list, 1);
    column->addWidget(note);
    column->addLayout(row);
    const auto store = [this, list, note](const std::optional<QKeySequence>& wanted) {
        auto* const item = list->currentItem();
        if (!item)
            return;
        const auto id = item->data(0, Qt::UserRole).toString();
        if (wanted) {
            if (const auto other = m_actions.conflict(id, *wanted); !other.isEmpty()) {
                note->setText(tr("%1 is taken by “%2”.")
                                  .arg(wanted->toString(QKeySequence::NativeText), QString(other).remove(u'…')));
                return;
            }
            m_settings.shortcuts.insert(id, wanted->toString(QKeySequence::PortableText));
        } else {
            m_settings.shortcuts.remove(id);
        }
        note->clear();
        Q_EMIT changed(m_settings);
        item->setText(1, m_actions.action(id.toLatin1().constData())->shortcut().toString(QKeySequence::NativeText));
    };
    connect(set, &QPushButton::clicked, this, [store, keys] { store(keys->keySequence()); });
    connect(reset, &QPushButton::clicked, this, [store] { store(std::nullopt); });
    connect(list, &QTreeWidget::currentItemChanged, this, [this, keys, note](QTreeWidgetItem* item) {
        note->clear();
        if (item)
            keys->setKeySequence(
                m_actions.action(item->data(0, Qt::UserRole).toString().toLatin1().constData())->shortcut());
    });
    list->setCurrentItem(list->topLevelItem(0));
    return page;
}

} // namespace switchyard::ui
