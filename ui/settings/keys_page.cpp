#include "ui/settings/keys_page.h"

#include "ui/settings/key_dialog.h"
#include "ui/settings/parts.h"
#include "ui/theme/cells.h"
#include "ui/theme/icons.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QTreeWidget>

#include <algorithm>
#include <array>

namespace switchyard::ui {

namespace {

constexpr int nameRole = Qt::UserRole;
constexpr int placeRole = Qt::UserRole + 1; // not valid: it is not stored

//! Those that the built-in agent asks for, and the variables that can give them instead.
struct Usual {
    const char* name;
    const char* variable;
    const char* use;
};
constexpr std::array usual{
    Usual{"anthropic", "ANTHROPIC_API_KEY",
          QT_TRANSLATE_NOOP("switchyard::ui::KeysPage", "Built-in agent: Claude models")},
    Usual{"openai", "OPENAI_API_KEY",
          QT_TRANSLATE_NOOP("switchyard::ui::KeysPage", "Built-in agent: OpenAI and alike")},
};

const Usual* usualOf(const QString& name)
{
    const auto* const found =
        std::ranges::find_if(usual, [&](const Usual& one) { return name == QLatin1StringView(one.name); });
    return found == usual.end() ? nullptr : found;
}

bool isGiven(const Usual& key)
{
    return !qEnvironmentVariable(key.variable).trimmed().isEmpty();
}

QString nameOf(KeyProgram::Place place)
{
    return place == KeyProgram::Place::File ? KeysPage::tr("in a file only you can read")
                                            : KeysPage::tr("in the keyring");
}

} // namespace

KeysPage::KeysPage(KeyProgram program, QWidget* parent)
    : SwyPage(parent),
      m_program(std::move(program)),
      m_set(new QPushButton(icon(u"key"_s), tr("S&et…"), this)),
      m_other(new QPushButton(icon(u"add"_s), tr("Set an&other…"), this)),
      m_remove(new QPushButton(icon(u"discard"_s), tr("&Remove…"), this)),
      m_again(new QPushButton(icon(u"retry"_s), tr("&Look again"), this))
{
    auto* const column = pageColumn(this);
    column->addWidget(explanation(tr("Keys that agents need to reach their models. They can be stored and removed "
                                     "here, never seen. The built-in agent needs one of the first two; agents that "
                                     "sign in by themselves, such as Claude Code and Codex, need none."),
                                  this));
    m_list->setObjectName(u"keyTable"_s);
    m_list->setAccessibleName(tr("Keys"));
    m_list->setRootIsDecorated(false);
    m_list->setHeaderLabels({tr("Name"), tr("For"), tr("Kept")});
    m_list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
    column->addWidget(m_list, 1);
    m_note->setObjectName(u"keysNote"_s);
    column->addWidget(m_note);
    m_set->setObjectName(u"setKeyButton"_s);
    m_other->setObjectName(u"otherKeyButton"_s);
    m_remove->setObjectName(u"removeKeyButton"_s);
    m_again->setObjectName(u"reloadKeysButton"_s);
    addButtons(column, {m_set, m_other, m_remove, m_again});
    connect(m_set, &QPushButton::clicked, this, [this] { set(current()); });
    connect(m_other, &QPushButton::clicked, this, [this] { set({}); });
    connect(m_remove, &QPushButton::clicked, this, &KeysPage::askToRemove);
    connect(m_again, &QPushButton::clicked, this, [this] { load({}); });
    connect(m_list, &QTreeWidget::itemDoubleClicked, m_set, &QPushButton::click);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &KeysPage::showState);
    showState();
}

QString KeysPage::current() const
{
    return m_list->currentItem() ? m_list->currentItem()->data(0, nameRole).toString() : QString();
}

void KeysPage::showState()
{
    const auto* const item = m_list->currentItem();
    m_set->setEnabled(!isBusy() && item);
    m_other->setEnabled(!isBusy());
    m_again->setEnabled(!isBusy());
    m_remove->setEnabled(!isBusy() && item && item->data(0, placeRole).isValid());
}

void KeysPage::load(const QString& thenSay)
{
    beBusy(tr("Looking…"));
    QCoro::connect(m_program.keys(), this, [this, thenSay](const Result<QList<KeyProgram::Key>>& keys) {
        if (keys) {
            fill(*keys);
            const bool some = !keys->isEmpty() || std::ranges::any_of(usual, isGiven);
            say(m_note,
                !thenSay.isEmpty() ? thenSay
                : some             ? QString()
                                   : tr("No key is stored yet. Choose a name and press “Set…”."),
                false);
        } else {
            fill({}); // the usual names: setting one may still work
            sayError(keys.error());
        }
        beReady();
    });
}

void KeysPage::fill(const QList<KeyProgram::Key>& keys)
{
    const auto chosen = current();
    m_list->clear();
    for (const auto& one : usual) {
        const auto name = QString::fromLatin1(one.name);
        const auto found = std::ranges::find(keys, name, &KeyProgram::Key::name);
        addRow(name, found == keys.end() ? nullptr : &*found);
    }
    for (const auto& key : keys) {
        if (!usualOf(key.name))
            addRow(key.name, &key);
    }
    auto* toSelect = m_list->topLevelItem(0);
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        if (auto* const item = m_list->topLevelItem(row); item->data(0, nameRole).toString() == chosen)
            toSelect = item;
    }
    m_list->setCurrentItem(toSelect);
}

void KeysPage::addRow(const QString& name, const KeyProgram::Key* stored)
{
    const auto* const known = usualOf(name);
    const auto variable = known && isGiven(*known) ? QString::fromLatin1(known->variable) : QString();
    auto* const item = new QTreeWidgetItem(m_list);
    item->setText(0, name);
    item->setData(0, nameRole, name);
    item->setIcon(0, icon(u"key"_s));
    item->setText(1, known ? tr(known->use) : tr("Agents that ask for it"));
    if (!known)
        item->setToolTip(1, tr("Those that name it in agents.json: “keyring:%1”").arg(name));
    if (stored) {
        item->setData(0, placeRole, int(stored->place));
        item->setText(2, nameOf(stored->place));
        item->setIcon(2, icon(u"ok"_s, Tone::Done));
        item->setToolTip(2, variable.isEmpty() ? QString() : tr("It goes before the variable %1.").arg(variable));
    } else if (!variable.isEmpty()) {
        item->setText(2, tr("given by %1").arg(variable));
        item->setIcon(2, icon(u"ok"_s, Tone::Done));
        item->setToolTip(2, tr("The variable is set for this window. An engine that was started elsewhere may not "
                               "have it; a stored key always counts."));
    } else {
        item->setText(2, tr("not set"));
        item->setIcon(2, icon(u"info"_s, Tone::Muted));
    }
    nameEmptyCells(*item);
}

void KeysPage::set(const QString& name)
{
    const auto* const item = name.isEmpty() ? nullptr : m_list->currentItem();
    const auto place = item && item->data(0, placeRole).isValid() ? KeyProgram::Place(item->data(0, placeRole).toInt())
                                                                  : KeyProgram::Place::Keyring;
    auto* const dialog = new KeyDialog(name, place, this);
    connect(dialog, &KeyDialog::wanted, this,
            [this, dialog = QPointer(dialog)](const QString& chosen, const Secret& key, KeyProgram::Place where) {
                beBusy(tr("Storing “%1”…").arg(chosen));
                QCoro::connect(
                    m_program.set(chosen, key, where), this, [this, dialog, chosen, where](const Result<>& done) {
                        if (!done) {
                            beReady();
                            sayError(done.error());
                            if (dialog)
                                dialog->refused(m_note->text());
                            return;
                        }
                        if (dialog)
                            dialog->accept();
                        load(tr("“%1” is stored %2. Tasks that start from now on get it.").arg(chosen, nameOf(where)));
                    });
            });
    dialog->open();
}

void KeysPage::askToRemove()
{
    const auto name = current();
    auto* const box = new QMessageBox(QMessageBox::NoIcon, tr("Remove a key"), tr("Remove the key “%1”?").arg(name),
                                      QMessageBox::NoButton, this);
    box->setObjectName(u"removeKey"_s);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(tr("Tasks that start from then on do not get it. It cannot be brought back from here."));
    box->setAttribute(Qt::WA_DeleteOnClose);
    auto* const act = box->addButton(tr("Remove it"), QMessageBox::DestructiveRole);
    act->setObjectName(u"removeKeyYes"_s);
    auto* const keep = box->addButton(tr("Go back"), QMessageBox::RejectRole);
    keep->setObjectName(u"removeKeyNo"_s);
    box->setDefaultButton(keep);
    box->setEscapeButton(keep);
    connect(box, &QMessageBox::buttonClicked, this, [this, act, name](QAbstractButton* clicked) {
        if (clicked == act)
            remove(name);
    });
    box->open();
}

void KeysPage::remove(const QString& name)
{
    beBusy(tr("Removing “%1”…").arg(name));
    QCoro::connect(m_program.remove(name), this, [this, name](const Result<>& done) {
        if (done) {
            load(tr("“%1” is removed.").arg(name));
            return;
        }
        beReady();
        sayError(done.error());
    });
}

} // namespace switchyard::ui
