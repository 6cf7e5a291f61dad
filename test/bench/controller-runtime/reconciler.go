package main

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
)

const fieldOwner = client.FieldOwner("webserver-operator")

type Reconciler struct {
	client.Client
	apply bool
}

func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	webServer := &WebServer{}
	if err := r.Get(ctx, request.NamespacedName, webServer); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	children := r.createOrUpdate
	if r.apply {
		children = r.serverSideApply
	}
	nodePort, err := children(ctx, webServer)
	if err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.updateStatus(ctx, webServer, nodePort)
}

// createOrUpdate returns the node port of the Service.
func (r *Reconciler) createOrUpdate(ctx context.Context, w *WebServer) (int32, error) {
	labels := map[string]string{"app": w.Name}
	deployment := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: w.Name, Namespace: w.Namespace}}
	_, err := controllerutil.CreateOrUpdate(ctx, r.Client, deployment, func() error {
		deployment.Labels = labels
		deployment.Spec.Replicas = &w.Spec.Replicas
		deployment.Spec.Selector = &metav1.LabelSelector{MatchLabels: labels}
		template := &deployment.Spec.Template
		template.Labels = labels
		if len(template.Spec.Containers) == 0 {
			template.Spec.Containers = make([]corev1.Container, 1)
		}
		container := &template.Spec.Containers[0]
		container.Name = "web"
		container.Image = w.Spec.Image
		container.Ports = []corev1.ContainerPort{{ContainerPort: 80, Protocol: corev1.ProtocolTCP}}
		return controllerutil.SetControllerReference(w, deployment, r.Scheme())
	})
	if err != nil {
		return 0, err
	}
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: w.Name + "-service", Namespace: w.Namespace}}
	_, err = controllerutil.CreateOrUpdate(ctx, r.Client, service, func() error {
		service.Labels = labels
		service.Spec.Type = corev1.ServiceTypeNodePort
		service.Spec.Selector = labels
		if len(service.Spec.Ports) == 0 {
			service.Spec.Ports = make([]corev1.ServicePort, 1)
		}
		port := &service.Spec.Ports[0]
		port.Port = 80
		port.TargetPort = intstr.FromInt32(80)
		port.Protocol = corev1.ProtocolTCP
		if w.Spec.NodePort != 0 {
			port.NodePort = w.Spec.NodePort
		}
		return controllerutil.SetControllerReference(w, service, r.Scheme())
	})
	if err != nil {
		return 0, err
	}
	return service.Spec.Ports[0].NodePort, nil
}

// serverSideApply returns the node port of the Service.
func (r *Reconciler) serverSideApply(ctx context.Context, w *WebServer) (int32, error) {
	labels := map[string]string{"app": w.Name}
	owner := metav1ac.OwnerReference().
		WithAPIVersion(groupVersion.String()).WithKind("WebServer").WithName(w.Name).WithUID(w.UID).
		WithController(true).WithBlockOwnerDeletion(true)
	deployment := appsv1ac.Deployment(w.Name, w.Namespace).WithLabels(labels).WithOwnerReferences(owner).
		WithSpec(appsv1ac.DeploymentSpec().
			WithReplicas(w.Spec.Replicas).
			WithSelector(metav1ac.LabelSelector().WithMatchLabels(labels)).
			WithTemplate(corev1ac.PodTemplateSpec().WithLabels(labels).
				WithSpec(corev1ac.PodSpec().WithContainers(corev1ac.Container().
					WithName("web").WithImage(w.Spec.Image).
					WithPorts(corev1ac.ContainerPort().WithContainerPort(80))))))
	if err := r.Apply(ctx, deployment, fieldOwner, client.ForceOwnership); err != nil {
		return 0, err
	}
	port := corev1ac.ServicePort().WithPort(80).WithTargetPort(intstr.FromInt32(80))
	if w.Spec.NodePort != 0 {
		port.WithNodePort(w.Spec.NodePort)
	}
	service := corev1ac.Service(w.Name+"-service", w.Namespace).WithLabels(labels).WithOwnerReferences(owner).
		WithSpec(corev1ac.ServiceSpec().WithType(corev1.ServiceTypeNodePort).WithSelector(labels).WithPorts(port))
	if err := r.Apply(ctx, service, fieldOwner, client.ForceOwnership); err != nil {
		return 0, err
	}
	// The answer is put into what was applied.
	return *service.Spec.Ports[0].NodePort, nil
}

func (r *Reconciler) updateStatus(ctx context.Context, w *WebServer, nodePort int32) error {
	deployment := &appsv1.Deployment{}
	if err := r.Get(ctx, client.ObjectKeyFromObject(w), deployment); client.IgnoreNotFound(err) != nil {
		return err
	}
	before := w.DeepCopy()
	observed := deployment.Generation > 0 && deployment.Status.ObservedGeneration == deployment.Generation
	ready := observed && deployment.Status.ReadyReplicas == w.Spec.Replicas
	w.Status.ObservedGeneration = w.Generation
	w.Status.ReadyReplicas = deployment.Status.ReadyReplicas
	w.Status.NodePort = nodePort
	missing := ""
	if !observed {
		missing = fmt.Sprintf("Deployment %s/%s: its controller has not seen the last change", w.Namespace, w.Name)
	} else if !ready {
		missing = fmt.Sprintf("Deployment %s/%s: %d of %d replicas are ready", w.Namespace, w.Name, deployment.Status.ReadyReplicas, w.Spec.Replicas)
	}
	set := func(kind string, status bool, message string) {
		condition := metav1.Condition{Type: kind, Status: metav1.ConditionFalse, Reason: "Deployment", Message: message, ObservedGeneration: w.Generation}
		if status {
			condition.Status = metav1.ConditionTrue
		}
		meta.SetStatusCondition(&w.Status.Conditions, condition)
	}
	set("Ready", ready, missing)
	set("Reconciling", !ready, missing)
	set("Stalled", false, "")
	if equality.Semantic.DeepEqual(before.Status, w.Status) {
		return nil
	}
	return r.Status().Patch(ctx, w, client.MergeFrom(before))
}
