#include "ui/shell/help_dialog.h"

#include "ui/shell/actions.h"

#include <QBoxLayout>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QHeaderView>
#include <QLabel>
#include <QTreeWidget>

namespace switchyard::ui {

HelpDialog::HelpDialog(const Actions& actions, QWidget* parent) : QDialog(parent)
{
    setObjectName(u"helpDialog"_s);
    setWindowTitle(tr("Help and shortcuts"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* const intro = new QLabel(
        tr("Say what should be built in the field at the top and press Enter. The list at the left shows what needs "
           "you first. Closing the window never stops a task."),
        this);
    intro->setWordWrap(true);
    auto* const list = new QTreeWidget(this);
    list->setObjectName(u"shortcutList"_s);
    list->setAccessibleName(windowTitle());
    list->setColumnCount(3);
    list->setHeaderLabels({tr("Action"), tr("Shortcut"), tr("On the command line")});
    list->setRootIsDecorated(false);
    list->setIndentation(12);
    list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    list->header()->setStretchLastSection(false);
    list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    list->header()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
    auto strong = font();
    strong.setWeight(QFont::DemiBold);
    const auto add = [&](QTreeWidgetItem* group, const QString& text, const QString& keys, const QString& twin,
                         const QIcon& picture) {
        auto* const item = new QTreeWidgetItem(group, {text, keys, twin});
        item->setIcon(0, picture);
        item->setFont(2, QFontDatabase::systemFont(QFontDatabase::FixedFont));
        for (const int column : {1, 2}) { // an empty cell would have nothing to be read out
            if (item->text(column).isEmpty())
                item->setData(column, Qt::AccessibleTextRole, u"–"_s);
        }
    };
    QHash<QString, QTreeWidgetItem*> groups;
    for (const auto& info : Actions::table()) {
        auto*& group = groups[QString::fromLatin1(info.group)];
        if (!group) {
            group = new QTreeWidgetItem(list, {Actions::groupOf(info)});
            group->setFont(0, strong);
            group->setFlags(Qt::ItemIsEnabled);
            group->setFirstColumnSpanned(true);
            for (const int column : {1, 2})
                group->setData(column, Qt::AccessibleTextRole, u"–"_s);
        }
        auto text = actions[info.id]->text().remove(u'…');
        if (const auto help = Actions::helpOf(info); !help.isEmpty())
            text += u" – "_s + help;
        QStringList keys;
        for (const auto& key : actions[info.id]->shortcuts())
            keys << key.toString(QKeySequence::NativeText);
        add(group, text, keys.join(u", "_s), QString::fromLatin1(info.twin), actions[info.id]->icon());
    }
    auto* const listGroup = new QTreeWidgetItem(list, {tr("In the lists")});
    listGroup->setFont(0, strong);
    listGroup->setFlags(Qt::ItemIsEnabled);
    listGroup->setFirstColumnSpanned(true);
    for (const int column : {1, 2})
        listGroup->setData(column, Qt::AccessibleTextRole, u"–"_s);
    add(listGroup, tr("Move, open, fold or unfold"), tr("↑ ↓, Enter, Space"), {}, {});
    add(listGroup, tr("Fold or unfold a group of tasks"), tr("←, →"), {}, {});
    list->expandAll();
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->button(QDialogButtonBox::Close)->setText(tr("Close"));
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(18, 16, 18, 14);
    column->setSpacing(12);
    column->addWidget(intro);
    column->addWidget(list, 1);
    column->addWidget(buttons);
    resize(780, 640);
}

} // namespace switchyard::ui
