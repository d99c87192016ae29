#include "ui/settings/shortcuts_page.h"

#include "ui/settings/parts.h"
#include "ui/shell/actions.h"
#include "ui/theme/cells.h"

#include <QAction>
#include <QBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>

namespace switchyard::ui {

namespace {

QString plain(QString text)
{
    return text.remove(u'…');
}

QString native(const QList<QKeySequence>& keys)
{
    return QKeySequence::listToString(keys, QKeySequence::NativeText);
}

} // namespace

ShortcutsPage::ShortcutsPage(Settings& settings, Actions& actions, QWidget* parent)
    : QWidget(parent),
      m_settings(settings),
      m_actions(actions),
      m_filter(new QLineEdit(this)),
      m_list(new QTreeWidget(this)),
      m_note(new QLabel(this)),
      m_keys(new QKeySequenceEdit(this)),
      m_set(new QPushButton(tr("&Set"), this)),
      m_reset(new QPushButton(tr("&Default"), this))
{
    m_filter->setObjectName(u"shortcutFilter"_s);
    m_filter->setPlaceholderText(tr("Action or keys"));
    m_filter->setAccessibleName(tr("Filter the shortcuts"));
    m_filter->setClearButtonEnabled(true);
    m_list->setObjectName(u"shortcutTable"_s);
    m_list->setAccessibleName(tr("Shortcuts"));
    m_list->setRootIsDecorated(false);
    m_list->setHeaderLabels({tr("Action"), tr("Shortcut")});
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_note->setObjectName(u"shortcutNote"_s);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setMinimumHeight(m_note->fontMetrics().height());
    m_keys->setObjectName(u"shortcutField"_s);
    m_keys->setAccessibleName(tr("New shortcut"));
    if (auto* const field = m_keys->findChild<QLineEdit*>()) // it is this one that has the keyboard
        field->setAccessibleName(m_keys->accessibleName());
    m_keys->setMaximumSequenceLength(1);
    m_keys->setClearButtonEnabled(true);
    m_set->setObjectName(u"setShortcutButton"_s);
    m_reset->setObjectName(u"resetShortcutButton"_s);
    auto* const row = new QHBoxLayout;
    row->addWidget(m_keys, 1);
    for (auto* const button : {m_set, m_reset}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    auto* const column = pageColumn(this);
    column->setSpacing(8);
    column->addWidget(m_filter);
    column->addWidget(m_list, 1);
    column->addWidget(m_note);
    column->addLayout(row);
    connect(m_filter, &QLineEdit::textChanged, this, &ShortcutsPage::filter);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &ShortcutsPage::showCurrent);
    connect(m_keys, &QKeySequenceEdit::keySequenceChanged, this, &ShortcutsPage::look);
    connect(m_set, &QPushButton::clicked, this, [this] { set(m_keys->keySequence()); });
    connect(m_reset, &QPushButton::clicked, this, [this] { set(std::nullopt); });
    fill();
}

void ShortcutsPage::fill()
{
    for (const auto& info : Actions::table()) {
        const auto* const action = m_actions[info.id];
        auto* const item = new QTreeWidgetItem(m_list, {plain(Actions::textOf(info)), native(action->shortcuts())});
        item->setData(0, Qt::UserRole, QString::fromLatin1(info.id));
        item->setIcon(0, action->icon());
        item->setToolTip(0, Actions::helpOf(info));
        nameEmptyCells(*item);
    }
    m_list->setCurrentItem(m_list->topLevelItem(0));
}

void ShortcutsPage::filter(const QString& text)
{
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        auto* const item = m_list->topLevelItem(row);
        item->setHidden(!item->text(0).contains(text, Qt::CaseInsensitive) &&
                        !item->text(1).contains(text, Qt::CaseInsensitive));
    }
}

QString ShortcutsPage::currentId() const
{
    return m_list->currentItem() ? m_list->currentItem()->data(0, Qt::UserRole).toString() : QString();
}

void ShortcutsPage::showCurrent()
{
    const auto id = currentId();
    if (id.isEmpty())
        return;
    m_keys->setKeySequence(m_actions.action(id.toLatin1().constData())->shortcut());
    m_reset->setEnabled(m_settings.shortcuts.contains(id));
    look();
}

//! Says who has the keys before they are set.
void ShortcutsPage::look()
{
    const auto other = m_actions.conflict(currentId(), m_keys->keySequence());
    m_set->setEnabled(!currentId().isEmpty() && other.isEmpty());
    m_note->setText(
        other.isEmpty()
            ? QString()
            : tr("%1 is taken by “%2”.").arg(m_keys->keySequence().toString(QKeySequence::NativeText), plain(other)));
}

void ShortcutsPage::set(const std::optional<QKeySequence>& wanted)
{
    const auto id = currentId();
    if (id.isEmpty() || (wanted && !m_actions.conflict(id, *wanted).isEmpty()))
        return;
    if (wanted)
        m_settings.shortcuts.insert(id, wanted->toString(QKeySequence::PortableText));
    else
        m_settings.shortcuts.remove(id);
    Q_EMIT changed();
    m_list->currentItem()->setText(1, native(m_actions.action(id.toLatin1().constData())->shortcuts()));
    nameEmptyCells(*m_list->currentItem());
    showCurrent();
}

} // namespace switchyard::ui
